import assert from 'node:assert/strict';

import { eventually, journeys } from './helpers/journey.js';

journeys('An editor has a page open', (journey) => {
  journey('saving its Markdown shows the change without a key pressed', { screens: ['desk'] }, async ({ page, portal }) => {
    await page.goto('/aide/');
    const sentence = 'Une phrase que personne n’avait écrite.';
    assert.equal(await page.getByText(sentence).count(), 0);

    await portal.append('content/aide.md', sentence);

    await page.getByText(sentence).waitFor();
  });

  journey('a mistake keeps the page as it is, and says where it is in the terminal', { screens: ['desk'] }, async ({ page, portal }) => {
    await page.goto('/contact/');
    const before = await page.getByRole('main').innerText();

    await portal.append('content/contact.md', 'Voir [la page](nulle-part.md).');

    await eventually('the terminal names the file', () => /content\/contact\.md:\d+:\d+/.test(portal.said()));
    await page.reload();
    assert.equal(await page.getByRole('main').innerText(), before);
  });
});
