// What may be written where the cursor stands in the head of a page, or in a YAML file of the
// portal. No VS Code here: lines, schemas and a reader of files come in, proposals go out, so that it
// is tested by itself.

'use strict';

const FENCE = /^---\s*$/;
const KEY = /^(\s*(?:- )?)([\p{L}\p{N}_-]+)\s*:(\s*)(.*)$/u;

/** The line that closes the head, the number of lines while it is open, -1 for a page without one. */
function headEnd(lines) {
  if (!lines.length || !FENCE.test(lines[0].replace(/^\ufeff/, ''))) return -1;
  const end = lines.findIndex((line, at) => at > 0 && FENCE.test(line));
  return end === -1 ? lines.length : end;
}

/** The lines that hold keys, from the first to before the last: all of a YAML file, the head of a page. */
function keyLines(lines, more) {
  if (more.whole) return [0, lines.length];
  const end = headEnd(lines);
  return end === -1 ? [0, 0] : [1, end];
}

/** How far a key stands from the margin; the « - » of a list counts as two spaces. */
const indentOf = (line) => line.match(/^\s*(?:- )?/)[0].length;

/** The keys above a line under which it stands, outermost first: ['moyens']. */
function pathTo(lines, at, indent) {
  const path = [];
  let below = indent;
  for (let line = at - 1; line >= 0 && below > 0; line -= 1) {
    const key = lines[line].match(KEY);
    if (!key || /^\s*#/.test(lines[line])) continue;
    const stands = key[1].length;
    // A key of the same item of a list is a neighbour, the key above the list is the parent.
    if (stands < below && key[4].replace(/\s*#.*/, '') === '') {
      path.unshift(key[2]);
      below = stands;
    }
  }
  return path;
}

/** The schema of the mapping under a path of keys. */
function schemaAt(schema, path) {
  return path.reduce((found, name) => {
    const value = found && found.properties && found.properties[name];
    return value && (value.items && value.items.properties ? value.items : value);
  }, schema);
}

/** The words that a value may be. */
function wordsOf(schema) {
  if (!schema) return [];
  const all = [schema, ...(schema.anyOf || []), ...(schema.items ? [schema.items] : [])];
  return all.flatMap((one) => one.enum || []).filter((word) => word !== null).map(String);
}

/** A value as YAML on one line. */
function yaml(value) {
  if (Array.isArray(value)) return `[${value.map(yaml).join(', ')}]`;
  if (value && typeof value === 'object') {
    return `{${Object.entries(value).map(([key, one]) => `${key}: ${yaml(one)}`).join(', ')}}`;
  }
  const text = String(value);
  return /^[\s"'&*!|>%@`#\[{?-]|: |\s#|[,\[\]{}]/.test(text) || text === '' ? JSON.stringify(text) : text;
}

/**
 * What to propose: `{ kind: 'key' | 'value', from, items: [{ label, insert, detail, about }] }`, or
 * null outside of the head. `from` is the column at which what is being typed starts.
 */
function proposals(schema, lines, at, column, more = {}) {
  const [start, end] = keyLines(lines, more);
  if (at < start || at >= end) return null;
  const line = lines[at];
  const before = line.slice(0, column);
  if (/^\s*#/.test(before) || /\s#/.test(before)) return null;
  const written = before.match(/^(\s*(?:- )?)([\p{L}\p{N}_-]+)\s*:\s+(.*)$/u);
  if (written) {
    const parent = schemaAt(schema, pathTo(lines, at, written[1].length));
    const key = parent && parent.properties && parent.properties[written[2]];
    return key ? { kind: 'value', ...values(key, written, before, more) } : null;
  }
  const begun = before.match(/^(\s*(?:- )?)([\p{L}\p{N}_-]*)$/u);
  if (!begun) return null;
  const parent = schemaAt(schema, pathTo(lines, at, begun[1].length));
  if (!parent || !parent.properties) return null;
  const there = siblings(lines, at, begun[1].length, start, end);
  const required = new Set(parent.required || []);
  (parent.allOf || []).forEach((rule) => (rule.anyOf || []).slice(0, 1).forEach((one) => required.add(one.required[0])));
  const items = Object.entries(parent.properties)
    .filter(([name, one]) => one !== false && !one.doNotSuggest && !there.has(name))
    .map(([name, one]) => ({
      label: name,
      insert: `${name}: `,
      detail: `${one.title || ''}${required.has(name) ? ' (obligatoire)' : ''}`,
      about: about(one),
      first: required.has(name),
    }));
  return { kind: 'key', from: begun[1].length, items };
}

/** The keys that stand beside a line, in its own mapping. */
function siblings(lines, at, indent, start, end) {
  const names = new Set();
  const walk = (step) => {
    for (let line = at + step; line >= start && line < end; line += step) {
      const key = lines[line].match(KEY);
      if (!key) continue;
      if (indentOf(lines[line]) < indent) return;
      // A « - » is where an item of a list starts, and where the one before it ends.
      const starts = indent > 0 && /^\s*- /.test(lines[line]);
      if (starts && step > 0) return;
      if (indentOf(lines[line]) === indent) names.add(key[2]);
      if (starts) return;
    }
  };
  if (!(indent > 0 && /^\s*- /.test(lines[at]))) walk(-1);
  walk(1);
  return names;
}

function values(key, written, before, more) {
  const name = written[2];
  // Inside brackets each word is proposed by itself, from the last comma on.
  const typed = written[3].match(/[^,\[\s]*$/)[0];
  const from = before.length - typed.length;
  const inBrackets = written[3].startsWith('[');
  const words = [...wordsOf(key), ...(more[name] || [])];
  if (words.length) {
    const isList = JSON.stringify(key).includes('"array"');
    const item = (word) => ({ label: word, insert: isList && !inBrackets ? `[${word}]` : word, detail: key.title || '', about: about(key) });
    return { from, items: words.map(item) };
  }
  const pattern = key.pattern || '';
  if (more.today && pattern.includes('{4}-')) {
    return { from, items: [{ label: more.today, insert: more.today, detail: 'aujourd’hui', about: about(key) }] };
  }
  const items = (key.examples || []).map((example) => ({ label: yaml(example), insert: yaml(example), detail: 'exemple', about: about(key) }));
  return { from, items: written[3] === '' ? items : [] };
}

/** What is said of a key, as Markdown. */
function about(key) {
  const words = wordsOf(key);
  const parts = [key.title && `**${key.title}**`, key.description];
  if (words.length) parts.push(`Valeurs : ${words.map((word) => `\`${word}\``).join(', ')}`);
  if (key.examples) parts.push(`Exemple : \`${yaml(key.examples[0])}\``);
  return parts.filter(Boolean).join('\n\n');
}

/** What is said of the key on which the cursor stands. */
function hover(schema, lines, at, column, more = {}) {
  const [start, end] = keyLines(lines, more);
  const key = at >= start && at < end && lines[at].match(KEY);
  if (!key || column < key[1].length || column > key[1].length + key[2].length) return null;
  const parent = schemaAt(schema, pathTo(lines, at, key[1].length));
  const found = parent && parent.properties && parent.properties[key[2]];
  return found ? { from: key[1].length, to: key[1].length + key[2].length, about: about(found) } : null;
}

/** The kind of a page: what the `_index.md` of its folder says that the folder holds. `null` for no file of ours. */
function kindOf(path, read) {
  if (path === 'portail.yaml') return 'portail';
  if (path === 'etablissement.yaml') return 'etablissement';
  if (/^formulaires\/[^/]+\.ya?ml$/.test(path)) return 'formulaire';
  if (/\.ya?ml$/.test(path)) return null;
  const parts = path.split('/');
  const name = parts.pop().toLowerCase();
  const isIndex = ['_index.md', 'index.md', 'readme.md'].includes(name);
  if (isIndex) return parts.length && holds(parts.slice(0, -1), read) === 'espace' ? 'espace' : 'section';
  return holds(parts, read) || 'page';
}

function holds(folder, read) {
  const text = read([...folder, '_index.md'].join('/'));
  if (text === null) return null;
  const lines = text.split(/\r?\n/);
  const head = lines.slice(1, Math.max(headEnd(lines), 1));
  const said = head.map((line) => line.match(/^contient:\s*["']?([a-z-]+)/)).find(Boolean);
  return said ? said[1] : null;
}

module.exports = { headEnd, hover, kindOf, proposals };
