(() => {
'use strict';
/* What the page says without this script: everything but evidence frames, passes and the later pages of findings.
   Elements are made with createElement and text nodes only; nothing is ever parsed as HTML. */
const find = (selector, inside = document) => inside.querySelector(selector);
const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
const D = JSON.parse(find('#data').textContent);
const text = (number) => D.texts[number];
document.documentElement.classList.add('js');

/* Places in a row of D.findings, as embed.py writes them. */
const RULE = 0, STATE = 1, MESSAGE = 2, RESOURCE = 3, FRAME = 4, PATH = 5, LINE = 6, ATTRIBUTE = 7,
  EXPECTED = 8, ACTUAL = 9, CHAIN = 10, FINGERPRINT = 11, SET = 12, EXTRA = 13;
const SEVERITIES = ['critical', 'high', 'medium', 'low'];
const PER_PAGE = 25, MORE = 50, MOST_PRINTED = 2000;

const ruleOf = (f) => { const [id, title, severity, why, fix, fixes] = D.rules[f[RULE]]; return {id, title, severity, why, fix, fixes}; };
const resourceOf = (f) => { const [address, kind, type, format] = D.resources[f[RESOURCE]]; return {address: text(address), kind: text(kind), type: text(type), format}; };
const placeOf = (path, line) => text(path) ? text(path) + (line ? ':' + line : '') : '';

function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) if (value !== undefined && value !== false) element.setAttribute(key, value);
  element.append(...children.flat().filter((each) => each !== undefined && each !== null && each !== ''));
  return element;
}
function glyph(key) {
  const space = 'http://www.w3.org/2000/svg', svg = document.createElementNS(space, 'svg'), use = document.createElementNS(space, 'use');
  svg.setAttribute('class', 'g');
  svg.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', '#g-' + key);
  svg.append(use);
  return svg;
}
const state = (number) => make('span', {class: 'st c-' + D.states[number][0]}, glyph(D.states[number][0]), D.states[number][1]);
const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);
function severity(name) {
  const strokes = SEVERITIES.length - SEVERITIES.indexOf(name);
  return make('span', {class: 'sev ' + name}, make('i', {'aria-hidden': 'true'}, SEVERITIES.map((_, at) => make('b', {class: at < strokes && 'on'}))), capital(name));
}

/* Evidence of one finding. */
function frame(f) {
  if (f[FRAME] < 0) return null;
  const [first, on, start, end, ...lines] = D.frames[f[FRAME]], pre = make('pre');
  lines.forEach((number, at) => {
    const line = make('span', {class: at === on ? 'ln on' : 'ln'}, make('span', {class: 'no'}, String(first + at))), words = text(number);
    if (at === on && end > start) line.append(words.slice(0, start), make('mark', {}, words.slice(start, end)), words.slice(end));
    else line.append(words || ' ');
    if (at === on) line.append(make('span', {class: 'vh'}, ' (this line decides)'));
    pre.append(line);
  });
  const place = placeOf(f[PATH], f[LINE]);
  return make('figure', {class: 'code'}, make('figcaption', {}, make('code', {}, place), make('span', {}, resourceOf(f).format)),
    make('div', {class: 'scroll', tabindex: '0', role: 'group', 'aria-label': 'Source at ' + place}, pre));
}
function role(what, isLast) {
  const names = [[/^local\./, 'Local value'], [/^var\./, 'Variable'], [/^Parameters\b/, 'Parameter'], [/^Mappings\b/, 'Mapping'],
    [/^Conditions\b/, 'Condition'], [/\.outputs?\b|^output\./, 'Module output'], [/^module\./, 'Module argument'], [/^(each|count|self)\b/, 'Element'],
    [/^data\./, 'Data source']];
  const name = (names.find(([pattern]) => pattern.test(what)) || [0, 'Comes from'])[1];
  return isLast && name !== 'Comes from' ? name + ', where the value is written' : name;
}
function chain(f) {
  if (f[CHAIN] < 0) return [];
  const steps = D.chains[f[CHAIN]], attribute = text(f[ATTRIBUTE]), list = make('ol', {class: 'chain'});
  list.append(make('li', {}, make('span', {class: 'role'}, make('span', {}, 'Attribute'), make('code', {}, placeOf(f[PATH], f[LINE]))), make('code', {}, attribute || resourceOf(f).address)));
  steps.forEach(([what, written, path, line], at) => list.append(make('li', {},
    make('span', {class: 'role'}, make('span', {}, '← ' + role(text(what), at === steps.length - 1)), make('code', {}, placeOf(path, line))),
    make('code', {}, text(written) ? text(what) + ' = ' + text(written) : text(what)))));
  return [heading( 'Where the value comes from'), list];
}
/* Below a finding in the list (h2) and below a control (h3 or h4) the next level differs. */
let level = 'h3';
const heading = (words) => make(level, {class: 'eh'}, words);
const meta = (...parts) => make('p', {class: 'meta'}, ...parts);
function reasons(f) {
  const extra = f[EXTRA] || {}, parts = [];
  if (extra.why) parts.push(heading( 'Why it is unknown'), meta(make('b', {}, capital(text(extra.why[0]))), make('code', {}, placeOf(extra.why[1], extra.why[2]))));
  if (extra.waiver) {
    const [reason, expires, approver, path, line] = extra.waiver;
    parts.push(heading( D.states[f[STATE]][1] === 'Expired' ? 'Expired waiver' : 'Waiver'), meta(make('b', {}, text(reason)),
      make('span', {}, (text(expires) ? 'Until ' + text(expires) + '. ' : 'Without end. ') + (text(approver) ? 'Approver as stated, not verified: ' + text(approver) + '.' : 'No approver stated.')),
      make('code', {}, placeOf(path, line))));
  }
  return parts;
}
function fix(f) {
  const rule = ruleOf(f), format = resourceOf(f).format, lines = rule.fixes[format] || rule.fixes[format.split(' ')[0]];
  if (D.states[f[STATE]][0] !== 'fail' || !(rule.fix || lines)) return [];
  const steps = lines ? make('details', {class: 'plain noprint'}, make('summary', {}, make('i', {class: 'chev'}), 'Example in ' + format), make('pre', {class: 'cmd', tabindex: '0'}, lines.join('\n'))) : null;
  return [heading( 'Fix'), meta(rule.fix), steps];
}
function facts(f) {
  const extra = f[EXTRA] || {}, list = make('dl', {class: 'ea'});
  const fact = (name, value, css) => value && list.append(make('dt', {}, name), make('dd', {class: css}, value));
  fact('Expected', text(f[EXPECTED]));
  fact('Actual', text(f[ACTUAL]), 'act');
  fact('Attribute', text(f[ATTRIBUTE]) && make('code', {}, text(f[ATTRIBUTE])));
  fact('If created', extra.ifCreated && 'Whether this resource will exist is not decided in the code.');
  fact('Baseline', extra.status && (extra.status === 'known' ? 'Known in the baseline' : 'Worse than in the baseline'));
  return list;
}
function byFramework(named) {
  const groups = new Map();
  for (const [framework, control, id] of named) {
    if (!groups.has(framework)) groups.set(framework, []);
    groups.get(framework).push(id ? make('a', {href: '#' + id}, control) : make('span', {}, control));
  }
  return [...groups].map(([framework, links]) => make('p', {class: 'meta wrap'}, make('span', {class: 'fw'}, framework), links.flatMap((link) => [link, ' '])));
}
function evidence(number, whole) {
  level = whole ? 'h3' : 'h4';
  const f = D.findings[number], named = D.sets[f[SET]];
  const left = make('div', {}, facts(f), frame(f), whole ? fix(f) : null);
  const right = make('div', {}, chain(f), reasons(f));
  if (whole) right.append(make('div', {class: 'matters'}, heading( 'Why it matters'), meta(ruleOf(f).why)), heading( 'Controls'),
    ...(named.length ? byFramework(named) : [meta('None of the frameworks')]));
  right.append(make('p', {class: 'meta fp'}, make('span', {}, 'Fingerprint ', make('code', {}, f[FINGERPRINT]))));
  return make('div', {class: 'two'}, left, right);
}

/* The matrix of controls. */
const rows = all('#controls .rows>li'), hidden = new Set(['man']), wanted = {fw: '', sev: '', mark: '', q: ''};
const facet = new Map(rows.map((li) => [li, {fw: li.closest('.fwgroup').dataset.fw, mark: find('.bm', li).firstChild ? find('.bm', li).firstChild.textContent.trim() : ''}]));
function fits(li) {
  const {fw, mark} = facet.get(li);
  if (hidden.has(li.dataset.res) || wanted.fw && fw !== wanted.fw || wanted.sev && li.dataset.sev !== wanted.sev || wanted.mark && mark !== wanted.mark) return false;
  return !wanted.q || (facet.get(li).words ||= li.textContent.toLowerCase()).includes(wanted.q);
}
function drawControls() {
  let shown = 0;
  for (const li of rows) { li.hidden = !fits(li); shown += !li.hidden; }
  for (const part of all('#controls .sect, #controls .fwgroup')) part.hidden = !find('.rows>li:not([hidden])', part);
  find('#ccount').textContent = `${shown} of ${rows.length} controls shown`;
}
function violation(number) {
  const f = D.findings[number], resource = resourceOf(f);
  return make('li', {'data-f': number}, make('details', {}, make('summary', {class: 'ir'}, state(f[STATE]),
    make('span', {}, make('code', {}, resource.address), make('span', {class: 'ms'}, text(f[MESSAGE]))), make('span', {class: 'lo'}, placeOf(f[PATH], f[LINE]))),
  make('div', {class: 'evb det'})));
}
/* Appends to a list what it lacks, some at a time, with a button for the others. */
function extend(list, total, row) {
  const old = list.nextElementSibling;
  if (old && old.matches('.more')) old.remove();
  const add = (upTo) => {
    for (let at = list.children.length; at < Math.min(upTo, total); at++) list.append(row(at));
    const left = total - list.children.length;
    if (!left) return;
    const button = make('button', {type: 'button', class: 'btn more'}, `Show ${Math.min(MORE, left)} more of ${total}`);
    button.addEventListener('click', () => { const next = list.children.length; button.remove(); add(next + MORE); const target = list.children[next]; (find('summary', target) || target).focus(); });
    list.after(button);
  };
  add(Math.max(list.children.length, MORE));
}
function openControl(li) {
  if (li._filled) return;
  li._filled = true;
  for (const list of all('.its', li)) {
    const numbers = D.lists[D.controls[list.dataset.c][list.dataset.t]];
    extend(list, numbers.length, (at) => violation(numbers[at]));
  }
}
function openPasses(details) {
  const spots = D.passes[details.dataset.pass] || [], list = make('ul', {class: 'passed'});
  details.append(list);
  extend(list, spots.length, (at) => {
    const [resource, path, line] = D.spots[spots[at]];
    return make('li', {tabindex: '-1'}, make('code', {}, text(D.resources[resource][0])), make('code', {class: 'lo'}, placeOf(path, line)));
  });
}
document.addEventListener('toggle', (event) => {
  const details = event.target, li = details.parentElement;
  if (!details.open) return;
  if (li.matches('.rows>li')) openControl(li);
  if (details._filled) return;
  if (li.matches('.its>li')) { details._filled = true; find('.evb', details).replaceChildren(evidence(Number(li.dataset.f), false)); }
  if (details.dataset.pass) { details._filled = true; openPasses(details); }
}, true);
for (const chip of all('#controls .chip')) chip.addEventListener('click', () => {
  const key = chip.dataset.k;
  if (!hidden.delete(key)) hidden.add(key);
  chip.setAttribute('aria-pressed', String(!hidden.has(key)));
  drawControls();
});
for (const name of ['fw', 'sev', 'mark', 'q']) {
  const field = find('#c-' + name);
  if (field) field.addEventListener('input', () => { wanted[name] = name === 'q' ? field.value.trim().toLowerCase() : field.value; drawControls(); });
}
if (rows.length) drawControls();

/* The list of findings. */
const asked = {sev: '', out: '', fw: '', fmt: '', q: ''}, open = new Set();
let page = 0, printing = false, words;
function search() {
  words ||= D.findings.map((f) => { const rule = ruleOf(f), resource = resourceOf(f); return [rule.id, rule.title, text(f[MESSAGE]), resource.address, resource.kind, resource.type, text(f[PATH])].join(' ').toLowerCase(); });
  return words;
}
function matching() {
  const texts = asked.q ? search() : null, found = [], severities = D.rules.map((rule) => rule[2]), formats = D.resources.map((resource) => resource[3]);
  const named = D.sets.map((set) => set.some(([framework]) => framework === asked.fw));
  for (let n = 0; n < D.listed; n++) {
    const f = D.findings[n];
    if (asked.sev && severities[f[RULE]] !== asked.sev || asked.out !== '' && f[STATE] !== Number(asked.out)) continue;
    if (asked.fmt && formats[f[RESOURCE]] !== asked.fmt || asked.fw && !named[f[SET]]) continue;
    if (texts && !texts[n].includes(asked.q)) continue;
    found.push(n);
  }
  return found;
}
function row(number) {
  const f = D.findings[number], rule = ruleOf(f), resource = resourceOf(f), isOpen = printing || open.has(number), id = 'f-' + number;
  const button = make('button', {class: 'open', type: 'button', 'aria-expanded': String(isOpen), 'aria-controls': isOpen && id + '-d'}, make('i', {class: 'chev'}), capital(text(f[MESSAGE])));
  button.addEventListener('click', () => { if (!open.delete(number)) open.add(number); draw(number); });
  const line = make('tr', {id, class: isOpen && 'ex'}, make('td', {}, severity(rule.severity)), make('td', {}, state(f[STATE])),
    make('td', {}, button, make('code', {class: 'dim rid'}, rule.id)), make('td', {}, make('code', {}, resource.address), make('code', {class: 'dim'}, placeOf(f[PATH], f[LINE]))));
  return isOpen ? [line, make('tr', {class: 'det', id: id + '-d'}, make('td', {colspan: '4'}, evidence(number, true)))] : [line];
}
function draw(focus) {
  const found = matching(), pages = Math.max(1, Math.ceil(found.length / PER_PAGE)), body = find('#fbody');
  page = Math.min(page, pages - 1);
  const first = page * PER_PAGE, part = printing ? D.findings.slice(0, Math.min(D.listed, MOST_PRINTED)).map((_, n) => n) : found.slice(first, first + PER_PAGE);
  body.replaceChildren(...part.flatMap(row));
  const note = printing && D.listed > part.length ? `${D.listed - part.length} more findings are not printed; every other format has them.`
    : part.length ? '' : D.listed ? 'No finding matches these filters.' : 'Nothing failed, and everything could be decided.';
  if (note) body.append(make('tr', {}, make('td', {colspan: '4'}, note)));
  find('#fcount').textContent = `${found.length} of ${D.listed} findings match`;
  find('#fpage').textContent = found.length ? `${first + 1} to ${Math.min(found.length, first + PER_PAGE)} of ${found.length}` : '0';
  find('#prev').disabled = page === 0;
  find('#next').disabled = page >= pages - 1;
  if (focus !== undefined) find('.open', document.getElementById('f-' + focus)).focus();
}
for (const name of ['sev', 'out', 'fw', 'fmt', 'q']) {
  const field = find('#f-' + name);
  if (field) field.addEventListener('input', () => { asked[name] = name === 'q' ? field.value.trim().toLowerCase() : field.value; page = 0; draw(); });
}
find('#prev').addEventListener('click', () => { page--; draw(); });
find('#next').addEventListener('click', () => { page++; draw(); });
if (D.listed) open.add(0);
draw();

/* Print: everything open; afterwards as before. */
addEventListener('beforeprint', () => {
  printing = true;
  draw();
  for (const details of all('.rows>li>details:not([open]), details.fold:not([open])')) { details.open = true; details._opened = true; }
});
addEventListener('afterprint', () => {
  printing = false;
  draw();
  for (const details of all('details')) if (details._opened) { details.open = false; details._opened = false; }
});

/* Links to a finding or a control show it whatever the filters say. */
function follow() {
  const id = decodeURIComponent(location.hash.slice(1)), number = /^f-(\d+)$/.exec(id);
  if (number && Number(number[1]) < D.listed) {
    for (const name of Object.keys(asked)) { asked[name] = ''; const field = find('#f-' + name); if (field) field.value = ''; }
    open.add(Number(number[1]));
    page = Math.floor(Number(number[1]) / PER_PAGE);
    draw(Number(number[1]));
    document.getElementById(id).scrollIntoView();
    return;
  }
  const target = id && document.getElementById(id);
  if (!target) return;
  if (target.matches('.rows>li')) {
    for (const each of [target, target.closest('.sect'), target.closest('.fwgroup')]) each.hidden = false;
    find('details', target).open = true;
  }
  if (target.matches('details')) target.open = true;
  target.scrollIntoView();
}
addEventListener('hashchange', follow);
if (location.hash) follow();

/* The rail marks the section that is read. */
const links = new Map(all('.rail li a').map((link) => [document.getElementById(link.getAttribute('href').slice(1)), link]));
links.delete(null);
const seen = new Set();
const observer = new IntersectionObserver((entries) => {
  for (const {target, isIntersecting} of entries) if (isIntersecting) seen.add(target); else seen.delete(target);
  const first = [...links.keys()].find((section) => seen.has(section));
  if (!first) return;
  for (const [section, link] of links) if (section === first) link.setAttribute('aria-current', 'location'); else link.removeAttribute('aria-current');
}, {rootMargin: '-10% 0px -70% 0px'});
for (const section of links.keys()) observer.observe(section);
})();
