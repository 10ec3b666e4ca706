import assert from 'node:assert/strict';

import { assertAccessible } from './helpers/accessible.js';
import { journeys, takeOnesTime } from './helpers/journey.js';

journeys('Somebody makes a mistake in a form', (journey) => {
  for (const script of [true, false]) {
    journey(`reads what is wrong, mends it and sends it ${script ? 'with' : 'without'} script`, { script }, async ({ page }) => {
      await page.goto('/formulaires/post-it/');
      assert.ok(!(await page.title()).startsWith('Erreur'));
      await page.getByLabel('Votre message').fill('Un mot pour la relève');
      await page.getByRole('radio', { name: 'Oui, je signe' }).check();
      await page.getByLabel('Votre adresse électronique').fill('prenom.nom@exemple');
      await page.getByRole('button', { name: 'Envoyer mon post-it' }).click();

      const summary = page.getByRole('alert');
      await summary.getByText('Il y a un problème').waitFor();
      assert.match(await page.title(), /^Erreur\s: /);
      assert.equal(await summary.getByRole('link').count(), 4);
      if (script) await assertAccessible(page);

      // Each fault leads to its field, which says the same words itself.
      for (const link of await summary.getByRole('link').all()) {
        await link.click();
        const words = (await link.innerText()).trim();
        const id = new URL(page.url()).hash.slice(1);
        assert.equal(await page.locator(':focus').getAttribute('id'), id, `« ${words} » leads nowhere`);
        const beside = page.locator(`#${id}-erreur`);
        assert.ok((await beside.innerText()).replace(/\s+/g, ' ').includes(words.replace(/\s+/g, ' ')));
        assert.ok((await page.locator(`[aria-describedby~="${id}-erreur"]`).count()) === 1, `nothing says « ${words} » when #${id} is read`);
      }

      assert.equal(await page.getByLabel('Votre message').inputValue(), 'Un mot pour la relève');
      await page.getByLabel('Le service où l’afficher').selectOption('geriatrie');
      await page.getByRole('radio', { name: 'Bleu' }).check();
      await page.getByLabel('Le nom à afficher').fill('L’équipe de nuit');
      await page.getByLabel('Votre adresse électronique').fill('prenom.nom@exemple.fr');
      await takeOnesTime(page);
      await page.getByRole('button', { name: 'Envoyer mon post-it' }).click();
      await page.getByRole('heading', { level: 1, name: 'Votre post-it est arrivé' }).waitFor();
    });
  }
});
