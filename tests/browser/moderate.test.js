import assert from 'node:assert/strict';

import { assertAccessible, assertReadableMail } from './helpers/accessible.js';
import { eventually, journeys, takeOnesTime, tabTo } from './helpers/journey.js';

const WALL = '/faire/geriatrie/post-its/';
// A page that was decided by somebody else answers 409, one that asks for more 422.
const excuses = [/the server responded with a status of 409/];

journeys('A moderator decides', (journey) => {
  journey('on a phone: corrects a typing error, approves, and sees the wall', { screens: ['phone'] }, async ({ page, screen }) => {
    const reference = await leavePostIt(page, `Merci a léquipe de nuit (${screen})`);
    const mail = await openMail(page, reference, 'Lire et décider');
    await assertReadableMailAt(page, mail);
    await page.goto(mail);
    await page.getByRole('main').locator('a[href*="/moderation/decider/"]').first().click();
    await page.getByRole('heading', { name: 'Que décidez-vous ?' }).waitFor();
    await assertFits(page);
    await assertAccessible(page);
    // Nothing is chosen beforehand.
    assert.equal(await page.locator('input[name="_decision"]:checked').count(), 0);

    await page.getByRole('radio', { name: 'Approuver et publier' }).check();
    await page.getByText('Corriger le texte avant d’approuver').click();
    await page.getByLabel('Votre message').fill(`Merci à l’équipe de nuit (${screen})`);
    await assertFits(page);
    await assertAccessible(page);
    await page.getByRole('button', { name: 'Enregistrer ma décision' }).click();
    await page.getByRole('heading', { name: 'Votre décision est enregistrée.' }).waitFor();
    await assertFits(page);
    await assertAccessible(page);

    await goToWall(page, 'has the corrected text', (html) => html.includes(`Merci à l’équipe de nuit (${screen})`));
    assert.ok(!(await page.getByRole('main').innerText()).includes('léquipe'), 'the text of before is nowhere');
    await assertFits(page);
    await assertAccessible(page);

    // Whoever has the reference follows it.
    await page.goto(`/suivi/?reference=${reference}`);
    await page.getByText('En ligne').first().waitFor();
    await assertFits(page);
    await assertAccessible(page);

    // And what is online can be stopped.
    await page.goto(await openMail(page, reference, 'Arrêt d’urgence'));
    await page.getByRole('main').locator('a[href*="/moderation/retirer/"]').first().click();
    await page.getByRole('button', { name: 'Confirmer' }).waitFor();
    await assertFits(page);
    await assertAccessible(page);
    await page.getByRole('button', { name: 'Confirmer' }).click();
    await page.getByRole('alert').or(page.locator('.champ__erreur')).first().waitFor();
    await assertAccessible(page);
    await page.getByRole('radio', { name: 'Retirer' }).check();
    await page.getByLabel(/Le motif/).fill('Une erreur.');
    await page.getByRole('button', { name: 'Confirmer' }).click();
    await page.getByRole('heading', { name: 'C’est enregistré' }).waitFor();
    await assertAccessible(page);
    await goToWall(page, 'is without it', (html) => !html.includes(`(${screen})`));
  });

  for (const script of [true, false]) {
    journey(`refuses with a ready sentence ${script ? 'with' : 'without'} script`, { script, excuses }, async ({ page, screen }) => {
      const reference = await leavePostIt(page, `Untel a encore oublié la relève (${screen}, ${script})`, 'prenom.nom@exemple.fr');
      await page.goto(await openMail(page, reference, 'Lire et décider'));
      await page.getByRole('main').locator('a[href*="/moderation/decider/"]').first().click();
      await page.getByRole('radio', { name: 'Refuser' }).check();
      await page.getByLabel('Motif prêt à adapter').selectOption({ index: 5 });
      await page.getByRole('button', { name: 'Enregistrer ma décision' }).click();

      // The sentence is shown, to be read and edited; nothing is decided yet.
      const words = page.getByLabel(/Motif, question ou remarque/);
      await words.waitFor();
      const ready = await words.inputValue();
      assert.match(ready, /^Le ton de votre texte/);
      await assertFits(page);
      if (script) await assertAccessible(page);
      await words.fill(`${ready} Merci de votre confiance.`);
      await page.getByRole('button', { name: 'Enregistrer ma décision' }).click();
      await page.getByRole('heading', { name: 'Votre décision est enregistrée.' }).waitFor();

      await page.goto(await openMail(page, reference, 'Merci de votre confiance.'));
      const told = await page.getByRole('main').innerText();
      assert.ok(told.includes('n’a pas été retenu') && told.includes(ready), told);
      await page.goto(`/suivi/?reference=${reference}`);
      assert.ok(!(await page.getByRole('main').innerText()).includes('Le ton de votre texte'), 'the reason is its author’s alone');
    });
  }

  journey('asks, and the author answers', { screens: ['phone'] }, async ({ page }) => {
    const reference = await leavePostIt(page, 'On se retrouve mardi ?', 'prenom.nom@exemple.fr');
    await page.goto(await openMail(page, reference, 'Lire et décider'));
    await page.getByRole('main').locator('a[href*="/moderation/decider/"]').first().click();
    await page.getByRole('radio', { name: 'Demander une précision' }).check();
    await page.getByLabel(/Motif, question ou remarque/).fill('À quelle heure ?');
    await page.getByRole('button', { name: 'Enregistrer ma décision' }).click();
    await page.getByRole('status').or(page.getByText('complément demandé')).first().waitFor();

    await page.goto(await openMail(page, reference, 'À quelle heure ?'));
    await page.getByRole('main').locator('a[href*="/suivi/completer/"]').first().click();
    await page.getByText('À quelle heure ?').waitFor();
    await assertFits(page);
    await assertAccessible(page);
    await page.getByRole('button', { name: 'Envoyer ma réponse' }).click();
    await page.locator('.champ__erreur').first().waitFor();
    await assertAccessible(page);
    await page.getByLabel('Votre message').fill('On se retrouve mardi à 15 h ?');
    await page.getByRole('button', { name: 'Envoyer ma réponse' }).click();
    await page.getByRole('heading', { name: 'Votre réponse est arrivée' }).waitFor();
    await assertAccessible(page);
    await openMail(page, reference, 'a répondu à la question');
  });

  journey('with the keyboard alone', { screens: ['desk'] }, async ({ page }) => {
    const reference = await leavePostIt(page, 'Merci pour le café du matin');
    await page.goto(await openMail(page, reference, 'Lire et décider'));
    await tabTo(page, ({ href }) => href?.includes('/moderation/decider/'));
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/moderation\/decider\//);
    // Sent as it stands it decides nothing, and says so where the reader is.
    await tabTo(page, ({ text }) => text === 'Enregistrer ma décision');
    await page.keyboard.press('Enter');
    await page.getByText('Choisissez ce que vous décidez.').first().waitFor();
    assert.equal(await page.locator('input[name="_decision"]:checked').count(), 0);
    await tabTo(page, ({ name }) => name === '_decision');
    await page.keyboard.press('Space');
    assert.equal(await page.locator('input[name="_decision"]:checked').getAttribute('value'), 'approuver');
    await tabTo(page, ({ text }) => text === 'Enregistrer ma décision');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Votre décision est enregistrée.' }).waitFor();
    await goToWall(page, 'has it', (html) => html.includes('Merci pour le café du matin'));
  });
});

/**
 * Goes to the wall once the portal serves it as awaited. Asked for apart from the page: one that is
 * open reloads by itself at each build, and would cut a visit short.
 */
async function goToWall(page, awaited, isAsAwaited) {
  await eventually(`the wall ${awaited}`, async () => isAsAwaited(await (await page.request.get(WALL)).text()));
  await page.goto(WALL);
}

/** Leaves a post-it for « Gériatrie »; gives its reference. */
async function leavePostIt(page, message, address) {
  await page.goto('/formulaires/post-it/?espace=geriatrie');
  await page.getByLabel('Le service où l’afficher').selectOption('geriatrie');
  await page.getByLabel('Votre message').fill(message);
  await page.getByRole('radio', { name: 'Vert' }).check();
  await page.getByRole('radio', { name: 'Non, sans signature' }).check();
  if (address) await page.getByLabel('Votre adresse électronique').fill(address);
  await takeOnesTime(page);
  await page.getByRole('button', { name: 'Envoyer mon post-it' }).click();
  await page.getByRole('heading', { level: 1, name: 'Votre post-it est arrivé' }).waitFor();
  return (await page.locator('.recu__reference').innerText()).trim();
}

/** The path of the mail that bears the reference and says these words, once it is in the mailbox. */
function openMail(page, reference, words) {
  return eventually(`a mail about ${reference} says « ${words} »`, async () => {
    await page.goto('/_courrier/');
    const paths = await page.locator('tbody a').evaluateAll((links) => links.map((link) => link.getAttribute('href')));
    for (const path of paths) {
      await page.goto(path);
      const mail = await page.getByRole('main').innerText();
      if (mail.includes(reference) && mail.includes(words)) return path;
    }
    return undefined;
  });
}

/** The HTML of a mail: no script may run where it is shown, axe-core neither. */
async function assertReadableMailAt(page, path) {
  await page.goto(`${path}html`);
  const html = await page.content();
  await page.goto('about:blank');
  await page.setContent(html);
  await assertReadableMail(page);
}

/** Nothing is wider than the screen. */
async function assertFits(page) {
  const [wide, screen] = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(wide <= screen, `${page.url()} is ${wide} px wide on a screen of ${screen}`);
  if (process.env.PORTAIL_PICTURES) {
    const name = new URL(page.url()).pathname.split('/').slice(1, 3).join('-');
    await page.screenshot({ path: `${process.env.PORTAIL_PICTURES}/${Date.now()}-${name}.png`, fullPage: true });
  }
}
