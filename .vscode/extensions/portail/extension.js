// Joins the schemas and `generator check` to VS Code: proposals and explanations in the head of a
// page and in the portal's YAML files, faults underlined on opening and on saving. Plain JavaScript, nothing to build or download.

'use strict';

const childProcess = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const vscode = require('vscode');

const { hover, kindOf, proposals } = require('./front-matter.js');

const DOCUMENTS = ['markdown', 'yaml'].map((language) => ({ language, scheme: 'file' }));

function setting(name, folder) {
  return vscode.workspace.getConfiguration('portail', folder && folder.uri).get(name) || '';
}

/** The folder of the portal that a document belongs to, and its path in the content. */
function placeOf(document) {
  const folder = vscode.workspace.getWorkspaceFolder(document.uri);
  if (!folder) return null;
  const content = path.join(folder.uri.fsPath, setting('content', folder) || 'content');
  const inside = path.relative(content, document.uri.fsPath);
  if (inside.startsWith('..') || path.isAbsolute(inside)) return null;
  return { folder, content, inside: inside.split(path.sep).join('/') };
}

function read(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function schemaOf(place) {
  const kind = kindOf(place.inside, (inside) => read(path.join(place.content, inside)));
  if (!kind) return null;
  const text = read(path.join(place.folder.uri.fsPath, '.vscode', 'schemas', `${kind}.json`));
  return text === null ? null : JSON.parse(text);
}

/** Where another extension knows YAML and has our schemas from the settings, ours would only say it twice. */
function saidByAnother(document) {
  return document.languageId === 'yaml' && vscode.extensions.getExtension('redhat.vscode-yaml') !== undefined;
}

/** What the content itself offers: its forms, and today's date. */
function offered(place, document) {
  let forms = [];
  try {
    forms = fs.readdirSync(path.join(place.content, 'formulaires')).filter((name) => name.endsWith('.yaml'));
  } catch {
    // A content without forms offers none.
  }
  const now = new Date();
  const two = (number) => String(number).padStart(2, '0');
  return {
    whole: document.languageId === 'yaml',
    formulaires: forms.map((name) => name.replace(/\.yaml$/, '')),
    today: `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`,
  };
}

const linesOf = (document) => document.getText().split(/\r?\n/);

function complete(document, position) {
  const place = saidByAnother(document) ? null : placeOf(document);
  const schema = place && schemaOf(place);
  const found = schema && proposals(schema, linesOf(document), position.line, position.character, offered(place, document));
  if (!found) return undefined;
  const range = new vscode.Range(position.line, found.from, position.line, position.character);
  return found.items.map((item) => {
    const kind = found.kind === 'key' ? vscode.CompletionItemKind.Property : vscode.CompletionItemKind.Value;
    const proposal = new vscode.CompletionItem({ label: item.label, description: item.detail }, kind);
    proposal.insertText = item.insert;
    proposal.range = range;
    proposal.documentation = new vscode.MarkdownString(item.about);
    proposal.sortText = `${item.first ? 0 : 1}${item.label}`;
    // After a key its values are proposed at once.
    if (found.kind === 'key') proposal.command = { command: 'editor.action.triggerSuggest', title: 'Valeurs' };
    return proposal;
  });
}

function explain(document, position) {
  const place = saidByAnother(document) ? null : placeOf(document);
  const schema = place && schemaOf(place);
  const whole = document.languageId === 'yaml';
  const found = schema && hover(schema, linesOf(document), position.line, position.character, { whole });
  if (!found) return undefined;
  return new vscode.Hover(
    new vscode.MarkdownString(found.about),
    new vscode.Range(position.line, found.from, position.line, found.to),
  );
}

/** Checks the content of one folder at a time; a save during a check asks for one more. */
class Checker {
  constructor(log) {
    this.log = log;
    this.faults = vscode.languages.createDiagnosticCollection('portail');
    this.running = new Set();
    this.again = new Set();
    this.silent = new Set();
  }

  /** Says once, and not at each save, that nothing is checked. */
  complain(key) {
    if (this.silent.has(key)) return;
    this.silent.add(key);
    const more = 'En savoir plus';
    const sentence = 'Portail : les fautes ne sont pas vérifiées, car le programme « generator » ne répond pas. Les clés sont proposées quand même.';
    vscode.window.showWarningMessage(sentence, more).then((chosen) => chosen === more && this.log.show());
  }

  check(folder) {
    const command = setting('generator', folder);
    if (!command) return;
    const key = folder.uri.toString();
    if (this.running.has(key)) {
      this.again.add(key);
      return;
    }
    this.running.add(key);
    const content = setting('content', folder) || 'content';
    // The command may have arguments of its own (« cargo run … -- »), so it goes through a shell;
    // it comes from the settings of a folder that the user trusts.
    const line = `${command} check --format json --content ${JSON.stringify(content)}`;
    const options = { cwd: folder.uri.fsPath, maxBuffer: 64 * 1024 * 1024, timeout: 120000 };
    childProcess.exec(line, options, (fault, out, err) => {
      this.running.delete(key);
      try {
        this.show(folder, JSON.parse(out));
        this.silent.delete(key);
      } catch {
        this.log.appendLine(`${line}\n${err || fault}`);
        this.complain(key);
      }
      if (this.again.delete(key)) this.check(folder);
    });
  }

  show(folder, found) {
    const byFile = new Map();
    for (const one of found) {
      const file = path.resolve(folder.uri.fsPath, one.file || setting('content', folder) || 'content');
      byFile.set(file, [...(byFile.get(file) || []), underlined(file, one)]);
    }
    this.faults.clear();
    for (const [file, all] of byFile) this.faults.set(vscode.Uri.file(file), all);
  }
}

function underlined(file, one) {
  const line = Math.max(one.line - 1, 0);
  const text = (read(file) || '').split(/\r?\n/)[line] || '';
  // Ours counts characters, VS Code counts UTF-16 units.
  const start = [...text].slice(0, Math.max(one.column - 1, 0)).join('').length;
  const word = text.slice(start).match(/^[\p{L}\p{N}_-]+|^\S+/u);
  const range = new vscode.Range(line, start, line, start + (word ? word[0].length : 1));
  const severity = one.severity === 'erreur' ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning;
  const fault = new vscode.Diagnostic(range, one.help ? `${one.message}\n→ ${one.help}` : one.message, severity);
  fault.source = 'portail';
  fault.code = one.code;
  return fault;
}

function activate(context) {
  const log = vscode.window.createOutputChannel('Portail');
  const checker = new Checker(log);
  const checkOf = (document) => {
    const place = placeOf(document);
    if (place) checker.check(place.folder);
  };
  context.subscriptions.push(
    log,
    checker.faults,
    vscode.languages.registerCompletionItemProvider(DOCUMENTS, { provideCompletionItems: complete }, ':', ' ', '['),
    vscode.languages.registerHoverProvider(DOCUMENTS, { provideHover: explain }),
    vscode.workspace.onDidSaveTextDocument(checkOf),
  );
  for (const folder of vscode.workspace.workspaceFolders || []) {
    if (fs.existsSync(path.join(folder.uri.fsPath, setting('content', folder) || 'content'))) checker.check(folder);
  }
}

module.exports = { activate };
