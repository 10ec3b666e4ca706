import assert from 'node:assert/strict';

import { assertAccessible } from './helpers/accessible.js';
import { journeys, takeOnesTime } from './helpers/journey.js';


journeys('Somebody proposes an activity', (journey) => {
  for (const script of [true, false]) {
    journey(`reads it again, changes a word and sends it ${script ? 'with' : 'without'} script`, { script }, async ({ page }) => {
      await page.goto('/formulaires/proposition-activite/');
      if (script) await assertAccessible(page);
      const written = await fillIn(page);
      await page.getByRole('button', { name: 'Relire ma proposition' }).click();

      await page.getByText('Rien n’est encore envoyé').waitFor();
      const answers = await page.locator('.reponses').innerText();
      for (const value of Object.values(written)) assert.ok(answers.includes(value), `« ${value} » is not shown`);
      if (script) await assertAccessible(page);

      await page.getByRole('button', { name: 'Modifier' }).click();
      await page.getByRole('button', { name: 'Relire ma proposition' }).waitFor();
      for (const [name, value] of Object.entries(written)) assert.equal(await page.locator(`[name="${name}"]`).inputValue(), value);
      assert.equal(await page.locator('select[name="espace"]').inputValue(), 'geriatrie');
      assert.ok(await page.locator('[name="charte"]').isChecked());

      await page.locator('[name="nom"]').fill('Thé du jeudi');
      await page.getByRole('button', { name: 'Relire ma proposition' }).click();
      await page.getByText('Rien n’est encore envoyé').waitFor();
      assert.ok((await page.locator('.reponses').innerText()).includes('Thé du jeudi'));
      await takeOnesTime(page);
      await page.getByRole('button', { name: 'Envoyer' }).click();
      await page.getByRole('heading', { level: 1, name: 'Votre proposition est arrivée' }).waitFor();
    });
  }
});

/** Answers every question that must be answered, and returns what was typed by field. */
async function fillIn(page) {
  await page.locator('select[name="espace"]').selectOption('geriatrie');
  await page.locator('[name="charte"]').check();
  const written = {};
  for (const field of await page.locator('form.formulaire :is(input:not([type=hidden],[type=checkbox]), textarea)[required]').all()) {
    const name = await field.getAttribute('name');
    written[name] = (await field.getAttribute('type')) === 'email' ? 'prenom.nom@exemple.fr' : `Réponse à « ${name} »`;
    await field.fill(written[name]);
  }
  assert.ok(Object.keys(written).length >= 10, `only ${Object.keys(written)} must be answered`);
  return written;
}
