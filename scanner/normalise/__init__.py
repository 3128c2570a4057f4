"""Native resources to common kinds by mapping tables, and the links between them."""
