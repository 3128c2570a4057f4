"""Rules and packs as data: reading, checking and selecting them."""
