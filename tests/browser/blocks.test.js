import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { assertAccessible } from './helpers/accessible.js';
import { eventually, journeys } from './helpers/journey.js';
import { CHECKOUT } from './helpers/portal.js';

// Every block as an editor writes it: the page that the generator's own tests hold to the byte.
const EVERY_BLOCK = join(CHECKOUT, 'generator', 'tests', 'sites', 'blocs', 'content', 'tous.md');
const FILES = { 'affiche.pdf': 'x'.repeat(5_500), 'registre.ods': 'x', 'cafe.mp4': 'x', 'cafe.svg': '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 180"/>' };

journeys('An editor uses every block', (journey) => {
  const isThere = async (portal) => (await fetch(`${portal.url}/savoir/tous/`)).ok;
  const open = async (page, portal) => {
    // Once for all journeys: each save has open pages reload.
    if (!(await isThere(portal))) {
      for (const [name, text] of Object.entries(FILES)) await portal.write(`content/savoir/${name}`, text);
      const text = (await readFile(EVERY_BLOCK, 'utf8')).replace('guides/registre.ods', 'registre.ods');
      await portal.write('content/savoir/tous.md', text);
      await eventually('the page is there', () => isThere(portal));
    }
    await page.goto('/savoir/tous/');
  };

  journey('the page is accessible, folded or not, and fits from 320 px up', async ({ page, portal }) => {
    await open(page, portal);
    await assertAccessible(page);
    await page.getByText('Transcription').click();
    await page.getByText('La caméra suit un chariot').waitFor();
    await assertAccessible(page);
    for (const width of [320, 390, 768, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= width, `it needs more than ${width} px`);
    }
  });

  journey('what to do stands beside what not to do where there is room', async ({ page, portal, screen }) => {
    await open(page, portal);
    const box = (name) => page.getByRole('group', { name, exact: true }).boundingBox();
    const [todo, not] = [await box('À faire\u00a0: pendant la relève'), await box('À ne pas faire')];
    if (screen === 'desk') {
      assert.equal(todo.y, not.y);
      assert.ok(not.x > todo.x + todo.width);
    } else {
      assert.equal(todo.x, not.x);
      assert.ok(not.y > todo.y + todo.height);
    }
  });

  journey('a link to a file says what there is to load, and loads it', { screens: ['desk'] }, async ({ page, portal }) => {
    await open(page, portal);
    const link = page.getByRole('link', { name: 'L’affiche à compléter (PDF, 6\u00a0Ko)' });
    const response = await fetch(new URL(await link.getAttribute('href'), portal.url));
    assert.equal((await response.arrayBuffer()).byteLength, 5_500);
  });

  journey('on paper nothing is folded, and no colour is needed', { screens: ['desk'] }, async ({ page, portal }) => {
    await open(page, portal);
    await page.emulateMedia({ media: 'print' });
    assert.ok(await page.getByText('La caméra suit un chariot').isVisible());
    const looks = await page.locator('.bloc, .bloc__titre').evaluateAll((blocks) => blocks.map((block) => {
      const style = getComputedStyle(block);
      return `${style.color} on ${style.backgroundColor}`;
    }));
    assert.deepEqual([...new Set(looks)], ['rgb(0, 0, 0) on rgba(0, 0, 0, 0)']);
  });
});
