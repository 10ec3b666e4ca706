// The shell lines of `docs/ci`, run as they stand over a small repository: what they would hand to a
// forge is read by a server on this machine that asks for what the forge's API asks for.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..', '..');
const programs = process.env.PORTAIL_PROGRAMS ?? path.join(root, 'target', 'release');

/** The last block of shell lines of a job: below `run: |` or `- |`, with its own margin taken off. */
function shellOf(file) {
  const lines = readFileSync(path.join(root, 'docs/ci', file), 'utf8').split('\n');
  const at = lines.findLastIndex((line) => /^\s*(run: \||- \|)\s*$/.test(line));
  const margin = lines[at + 1].match(/^ */)[0];
  const rest = lines.slice(at + 1);
  const end = rest.findIndex((line) => line !== '' && !line.startsWith(margin));
  return rest.slice(0, end === -1 ? undefined : end).map((line) => line.slice(margin.length)).join('\n');
}

/** A repository whose branch « demande » changes one page of « main » and leaves another fault alone. */
function repository(t, { sound = false } = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'forge-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const git = (...words) => execFileSync('git', ['-c', 'user.name=Essai', '-c', 'user.email=essai@exemple.fr', ...words], { cwd: folder, stdio: 'pipe' });
  const write = (name, text) => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  };
  git('init', '-q', '-b', 'main');
  execFileSync('cp', ['-r', path.join(root, 'themes'), folder]);
  write('content/_index.md', '---\ntitre: Accueil\n---\nBonjour.\n');
  write('content/été.md', '---\ntitre: Été\n---\nTexte.\n');
  write('content/ancienne.md', sound ? '---\ntitre: A\n---\nTexte.\n' : '---\ntittre: A\n---\nTexte.\n');
  git('add', '.');
  git('commit', '-q', '-m', 'main');
  git('update-ref', 'refs/remotes/origin/main', 'HEAD');
  git('checkout', '-q', '-b', 'demande');
  write('content/été.md', sound ? '---\ntitre: Été\n---\nMieux.\n' : '---\ntitre: Été\nrelu_le: 31/12/2026\n---\nTexte.\n');
  git('add', '.');
  git('commit', '-q', '-m', 'demande');
  return folder;
}

async function run(file, folder, more = {}) {
  const env = { ...process.env, PATH: `${programs}:${process.env.PATH}`, ...more };
  const child = spawn('bash', ['-eo', 'pipefail', '-c', shellOf(file)], { cwd: folder, env });
  let said = '';
  child.stdout.on('data', (part) => { said += part; });
  child.stderr.on('data', (part) => { said += part; });
  const [status] = await once(child, 'close');
  return { status, said };
}

/** Stands for the forge: keeps what is posted, refuses without the token. */
async function forge(t) {
  const posts = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part) => { body += part; });
    request.on('end', () => {
      const known = request.headers.authorization === 'token jeton-d-essai';
      if (known) posts.push({ method: request.method, url: request.url, review: JSON.parse(body) });
      response.writeHead(known ? 200 : 403, { 'content-type': 'application/json' }).end('{}');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  const env = {
    GITHUB_API_URL: `http://127.0.0.1:${server.address().port}/api/v1`,
    GITHUB_REPOSITORY: 'hopital/portail',
    DEMANDE: '7',
    BASE: 'main',
    JETON: 'jeton-d-essai',
    no_proxy: '127.0.0.1',
  };
  return { posts, env };
}

test('GitLab gets a report with the fields it asks for, and the log says it all', async (t) => {
  const folder = repository(t);
  const { status, said } = await run('gitlab-ci.yml', folder);
  assert.equal(status, 1, said);
  const report = JSON.parse(readFileSync(path.join(folder, 'gl-code-quality-report.json'), 'utf8'));
  const date = report.find((entry) => entry.check_name === 'date');
  assert.deepEqual(date.location, { path: 'content/été.md', lines: { begin: 3 } });
  for (const entry of report) {
    assert.ok(entry.description && /^[0-9a-f]{32}$/.test(entry.fingerprint), JSON.stringify(entry));
    assert.ok(['info', 'minor', 'major', 'critical', 'blocker'].includes(entry.severity));
  }
  assert.match(said, /--> content\/été\.md:3:10/);
});

test('Forgejo gets one review, with a comment at the line that the request spoilt and no other', async (t) => {
  const { posts, env } = await forge(t);
  const { status, said } = await run('forgejo.yml', repository(t), env);
  assert.equal(status, 1, said);
  assert.equal(posts.length, 1);
  assert.equal(posts[0].method, 'POST');
  assert.equal(posts[0].url, '/api/v1/repos/hopital/portail/pulls/7/reviews');
  const { event, body, comments } = posts[0].review;
  assert.equal(event, 'COMMENT');
  assert.ok(body.length > 0);
  assert.deepEqual(comments.map((comment) => [comment.path, comment.new_position]), [['content/été.md', 3]]);
  assert.match(comments[0].body, /2026-12-31/);
  assert.match(said, /ancienne\.md/);
});

test('without the right to write, the log still says it all and the job is red', async (t) => {
  const { posts, env } = await forge(t);
  const { status, said } = await run('forgejo.yml', repository(t), { ...env, JETON: 'autre' });
  assert.deepEqual([status, posts.length], [1, 0]);
  assert.match(said, /n’a pas pu être publiée/);
  assert.match(said, /--> content\/été\.md:3:10/);
});

test('a sound content is green and says nothing to the forge', async (t) => {
  const { posts, env } = await forge(t);
  const folder = repository(t, { sound: true });
  assert.equal((await run('forgejo.yml', folder, env)).status, 0);
  assert.equal(posts.length, 0);
  assert.equal((await run('gitlab-ci.yml', folder)).status, 0);
});
