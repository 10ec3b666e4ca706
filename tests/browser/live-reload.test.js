import assert from 'node:assert/strict';

import { assertAccessible } from './helpers/accessible.js';
import { eventually, journeys } from './helpers/journey.js';

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

  journey('whoever reads stays where they were, also after a mistake that was mended', { screens: ['desk', 'phone'], excuses: FAULT_PAGE }, async ({ page, portal, screen }) => {
    const file = `content/savoir/longue-page-${screen}.md`;
    const paragraphs = (name) => Array.from({ length: 30 }, (_, at) => `${name}, paragraphe ${at}.\n`).join('\n');
    const folded = (name) => `<details>\n<summary>${name}</summary>\n\nVu.\n\n</details>\n`;
    const text = (more) => `---\ntitre: Longue page\n---\n${more}\n\n${paragraphs('Début')}\n${folded('Autre')}\n## Milieu\n\n${folded('Le détail')}\n[Le plan](/plan-du-site/)\n\n${paragraphs('Fin')}`;
    await portal.write(file, text(''));
    const path = `/savoir/longue-page-${screen}/`;
    await eventually('the page is there', async () => (await fetch(`${portal.url}${path}`)).ok);
    await page.goto(path);
    await page.getByText('Le détail').click();
    await page.getByRole('main').getByRole('link', { name: 'Le plan' }).focus();
    await page.evaluate(() => window.scrollBy(0, document.querySelector('#milieu').getBoundingClientRect().top - 150));

    const look = () => page.evaluate(() => ({
      top: Math.round(document.querySelector('#milieu').getBoundingClientRect().top),
      open: Array.from(document.querySelectorAll('main details[open]'), (details) => details.querySelector('summary').textContent),
      focus: document.activeElement.textContent,
    }));
    const before = await look();
    assert.deepEqual(before, { top: 150, open: ['Le détail'], focus: 'Le plan' });

    await portal.write(file, text(paragraphs('Ajout')));
    await page.getByText('Ajout, paragraphe 29.').waitFor({ state: 'attached' });
    await page.waitForLoadState('load');
    assert.deepEqual(await look(), before);

    await portal.write(file, text('[Perdu](nulle-part.md)'));
    await page.getByRole('heading', { name: 'Le site n’a pas pu être reconstruit' }).waitFor();
    await portal.write(file, text('Retrouvé.'));
    await page.getByText('Retrouvé.').waitFor({ state: 'attached' });
    await page.waitForLoadState('load');
    assert.deepEqual(await look(), before);
  });

  journey('a mistake is shown with its place, and the page comes back once it is mended', { screens: ['desk'], excuses: FAULT_PAGE }, async ({ page, portal }) => {
    await page.goto('/contact/');
    const shown = await page.getByRole('main').innerText();
    const right = await portal.read('content/contact.md');

    await portal.write('content/contact.md', `${right}\nVoir [la page](nulle-part.md).\n`);
    await page.getByRole('heading', { name: 'Le site n’a pas pu être reconstruit' }).waitFor();
    await page.getByText(`content/contact.md, ligne\u00a0${right.split('\n').length + 1}, colonne\u00a06`).waitFor();
    await assertAccessible(page);

    await portal.write('content/contact.md', right);
    await page.getByRole('heading', { level: 1, name: 'Contact' }).waitFor();
    assert.equal(await page.getByRole('main').innerText(), shown);
  });
});
