import assert from 'node:assert/strict';

import { focused, journeys, tabTo, takeOnesTime } from './helpers/journey.js';

journeys('Somebody has no mouse', (journey) => {
  journey('the first key leads past the menu, and the menu to the parts of the portal', async ({ page }) => {
    await page.goto('/');
    await page.keyboard.press('Tab');
    assert.equal((await focused(page)).text, 'Aller au contenu');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    assert.ok(await page.evaluate(() => document.querySelector('main').contains(document.activeElement)), 'the content is skipped too');

    await page.goto('/');
    await tabTo(page, ({ text, inMenu }) => inMenu && text === 'Savoir-faire');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/savoir-faire/');
  });

  journey('every stop of the keyboard is seen', async ({ page }) => {
    for (const path of ['/', '/savoir-faire/guides/creer-un-groupe/', '/formulaires/post-it/', '/savoir/fresque/']) {
      await page.goto(path);
      const seen = new Set();
      for (let stops = 0; stops < 300; stops += 1) {
        await page.keyboard.press('Tab');
        const stop = await focused(page);
        if (stop === null || seen.has(stop.id)) break;
        seen.add(stop.id);
        assert.ok(stop.outlined, `on ${path} nothing shows that « ${stop.text} » has the focus`);
        assert.ok(stop.visible, `on ${path} « ${stop.text} » has the focus out of sight`);
      }
      assert.ok(seen.size > 10, `${path} has ${seen.size} stops`);
    }
  });

  journey('a post-it is written and sent', async ({ page }) => {
    await page.goto('/formulaires/post-it/');
    await tabTo(page, ({ name }) => name === 'espace');
    await page.keyboard.type('Gér');
    await tabTo(page, ({ name }) => name === 'message');
    await page.keyboard.type('Merci pour la relève');
    await tabTo(page, ({ name }) => name === 'couleur');
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowDown');
    await tabTo(page, ({ name }) => name === 'signature');
    await page.keyboard.press('Space');
    await takeOnesTime(page);
    await tabTo(page, ({ text }) => text === 'Envoyer mon post-it');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Votre post-it est arrivé' }).waitFor();
  });
});
