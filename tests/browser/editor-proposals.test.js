// What the extension of `.vscode/extensions/portail` proposes in the head of a page, with the
// committed schemas; VS Code itself is not needed. « | » is the cursor.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const { hover, kindOf, proposals } = createRequire(import.meta.url)(path.join(root, '.vscode/extensions/portail/front-matter.js'));
const schema = (kind) => JSON.parse(readFileSync(path.join(root, '.vscode/schemas', `${kind}.json`), 'utf8'));
const content = (inside) => {
  const file = path.join(root, 'content', inside);
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
};

function at(text) {
  const lines = text.split('\n');
  const line = lines.findIndex((one) => one.includes('|'));
  const column = lines[line].indexOf('|');
  lines[line] = lines[line].replace('|', '');
  return [lines, line, column];
}

const proposed = (kind, text, more) => proposals(schema(kind), ...at(text), more);
const labels = (kind, text, more) => (proposed(kind, text, more)?.items ?? []).map((item) => item.label);

test('the kind of a page is what its folder says', () => {
  assert.equal(kindOf('savoir-faire/guides/creer-un-groupe.md', content), 'guide');
  assert.equal(kindOf('faire/geriatrie/_index.md', content), 'espace');
  assert.equal(kindOf('faire/geriatrie/activites/_index.md', content), 'section');
  assert.equal(kindOf('faire/geriatrie/activites/x.md', content), 'activite');
  assert.equal(kindOf('_index.md', content), 'section');
  assert.equal(kindOf('aide.md', content), 'page');
  assert.equal(kindOf('no/such/folder/x.md', content), 'page');
});

test('keys that are not there yet are proposed, in French, what is required first', () => {
  const found = proposed('ingredient', '---\ntitre: A\n|\n---\n');
  const names = found.items.map((item) => item.label);
  assert.ok(names.includes('categorie') && names.includes('resume'));
  assert.ok(!names.includes('titre') && !names.includes('title') && !names.includes('description'));
  const category = found.items.find((item) => item.label === 'categorie');
  assert.ok(category.first && category.detail.includes('obligatoire'));
  assert.match(category.about, /Exemple : `collectifs`/);
  assert.equal(found.items.find((item) => item.label === 'resume').first, false);
});

test('nothing is proposed outside of the head, nor in a comment', () => {
  assert.equal(proposed('page', '---\ntitre: A\n---\n|'), null);
  assert.equal(proposed('page', '|---\ntitre: A\n---\n'), null);
  assert.equal(proposed('page', 'Bonjour\n|\n'), null);
  assert.equal(proposed('page', '---\n# ti|\n---\n'), null);
  assert.equal(proposed('page', '---\ntitre: A # et|\n---\n'), null);
});

test('a head that is still open is one all the same', () => {
  assert.ok(labels('page', '---\nti|').includes('titre'));
});

test('the words of a closed list, yes and no, today and the forms are proposed', () => {
  assert.deepEqual(labels('ingredient', '---\ncategorie: |\n---'), ['usager', 'collectifs', 'organisation', 'territoire', 'institution']);
  assert.deepEqual(labels('page', '---\nbrouillon: |\n---'), ['oui', 'non']);
  assert.deepEqual(labels('page', '---\ndate: |\n---', { today: '2026-11-22' }), ['2026-11-22']);
  const forms = { formulaires: ['contact', 'post-it'] };
  assert.deepEqual(proposed('page', '---\nformulaires: |\n---', forms).items.map((item) => item.insert), ['[contact]', '[post-it]']);
  const second = proposed('page', '---\nformulaires: [contact, po|]\n---', forms);
  assert.equal(second.from, '---\nformulaires: [contact, '.length - 4);
  assert.deepEqual(second.items.map((item) => item.insert), ['contact', 'post-it']);
});

test('below a key, its own keys are proposed, in a mapping and in a list', () => {
  assert.deepEqual(labels('activite', '---\nmoyens:\n  lieu: Ici\n  |\nduree: 5\n---').sort(), ['budget', 'materiel']);
  assert.deepEqual(labels('activite', '---\ncreneaux:\n  - |\n---').sort(), ['a', 'de', 'jour', 'lieu', 'places']);
  assert.deepEqual(labels('activite', '---\ncreneaux:\n  - jour: lundi\n    de: 14h\n    |\n  - jour: mardi\n---').sort(), ['a', 'lieu', 'places']);
  assert.ok(labels('activite', '---\ncreneaux:\n  - jour: |\n---').includes('mercredi'));
  assert.ok(labels('activite', '---\nmoyens:\n  lieu: Ici\n|\n---').includes('retours'));
});

test('in a YAML file of the portal, all of it is keys', () => {
  assert.equal(kindOf('formulaires/contact.yaml', content), 'formulaire');
  assert.equal(kindOf('portail.yaml', content), 'portail');
  assert.equal(kindOf('formulaires/a/b.yaml', content), null);
  const whole = { whole: true };
  assert.ok(labels('portail', '|', whole).includes('nom'));
  assert.ok(!labels('portail', 'nom: A\n|', whole).includes('nom'));
  const form = 'groupes:\n  - champs:\n      - nom: idee\n        type: |';
  assert.ok(labels('formulaire', form, whole).includes('texte-long'));
  const inField = labels('formulaire', 'groupes:\n  - champs:\n      - nom: idee\n        |', whole);
  assert.ok(inField.includes('etiquette') && !inField.includes('nom') && !inField.includes('bouton'));
  const errors = labels('formulaire', 'groupes:\n  - champs:\n      - nom: idee\n        erreurs:\n          |', whole);
  assert.ok(errors.includes('trop_long'));
});

test('a key is explained where the pointer stands on it', () => {
  const found = hover(schema('page'), ...at('---\nre|sume: A\n---'));
  assert.deepEqual([found.from, found.to], [0, 6]);
  assert.match(found.about, /Résumé/);
  assert.equal(hover(schema('page'), ...at('---\nresume: A|\n---')), null);
});

test('the schemas that the settings name are there', () => {
  const settings = JSON.parse(readFileSync(path.join(root, '.vscode/settings.json'), 'utf8'));
  for (const file of Object.keys(settings['yaml.schemas'])) assert.ok(existsSync(path.join(root, file)), file);
  assert.ok(readdirSync(path.join(root, '.vscode/schemas')).length >= 15);
});

test('nothing is recommended by name: where no marketplace is reached, VS Code would then not list our own', () => {
  assert.deepEqual(JSON.parse(readFileSync(path.join(root, '.vscode/extensions.json'), 'utf8')).recommendations, []);
});

test('the task’s problem matcher reads what `check --format unix` prints', () => {
  const tasks = JSON.parse(readFileSync(path.join(root, '.vscode/tasks.json'), 'utf8')).tasks;
  const { pattern } = tasks.find((task) => task.label === 'Vérifier le contenu').problemMatcher;
  const line = 'content/faire/été.md:3:12: error: « a:b » n’est pas une date → écrivez 2026-12-31 [date]';
  const found = line.match(new RegExp(pattern.regexp, 'u'));
  assert.deepEqual(
    ['file', 'line', 'column', 'severity', 'message', 'code'].map((part) => found[pattern[part]]),
    ['content/faire/été.md', '3', '12', 'error', '« a:b » n’est pas une date → écrivez 2026-12-31', 'date'],
  );
});
