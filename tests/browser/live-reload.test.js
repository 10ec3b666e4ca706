import assert from 'node:assert/strict';

import { assertAccessible } from './helpers/accessible.js';
import { journeys } from './helpers/journey.js';

// The page of a fault is a page of status 500, and has no icon of its own.
const FAULT_PAGE = [/status of 500/, /favicon\.ico/];

journeys('An editor has a page open', (journey) => {
  journey('saving its Markdown shows the change without a key pressed', { screens: ['desk'] }, async ({ page, portal }) => {
    await page.goto('/aide/');
    const sentence = 'Une phrase que personne n’avait écrite.';
    assert.equal(await page.getByText(sentence).count(), 0);

    await portal.write('content/aide.md', `${await portal.read('content/aide.md')}\n${sentence}\n`);

    await page.getByText(sentence).waitFor();
  });

  journey('a mistake is shown with its place, and the page comes back once it is mended', { screens: ['desk'], excuses: FAULT_PAGE }, async ({ page, portal }) => {
    await page.goto('/contact/');
    const shown = await page.getByRole('main').innerText();
    const right = await portal.read('content/contact.md');

    await portal.write('content/contact.md', `${right}\nVoir [la page](nulle-part.md).\n`);
    await page.getByRole('heading', { name: 'Le site n’a pas pu être reconstruit' }).waitFor();
    await page.getByText(`content/contact.md, ligne ${right.split('\n').length + 1}`).waitFor();
    await assertAccessible(page);

    await portal.write('content/contact.md', right);
    await page.getByRole('heading', { level: 1, name: 'Contact' }).waitFor();
    assert.equal(await page.getByRole('main').innerText(), shown);
  });
});
