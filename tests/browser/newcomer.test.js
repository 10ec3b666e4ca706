import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { openBrowser, openWindow } from './helpers/browser.js';
import { CHECKOUT, start } from './helpers/portal.js';

// The README's first command, in the checkout itself; only what it would leave behind goes elsewhere.
describe('Somebody has just cloned the repository', () => {
  let folder;
  let portal;
  let browser;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'portail-'));
    const args = ['run', '--release', '--', '--listen', '127.0.0.1:0', '--output', join(folder, 'public'), '--data', join(folder, 'donnees')];
    portal = await start('cargo', args, CHECKOUT, 1_800_000);
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    await portal?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('one command serves the portal and says in French where it is', async () => {
    assert.match(portal.said(), /pages construites en [\d,]+ m?s/);
    assert.match(portal.said(), /Démonstration/);
    const [mailbox] = /http:\/\/127\.0\.0\.1:\d+\/_courrier\//.exec(portal.said());

    const { page, misdeeds } = await openWindow(browser, portal.url, { screen: 'desk' });
    await page.goto('/');
    for (const part of ['Savoir', 'Savoir-faire', 'Faire']) {
      assert.ok(await page.getByRole('navigation', { name: 'Menu principal' }).getByRole('link', { name: part, exact: true }).isVisible());
    }
    await page.goto(mailbox);
    await page.getByText('Aucun courriel pour le moment').waitFor();
    assert.deepEqual(misdeeds, []);
  });
});
