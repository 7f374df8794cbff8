// English, French and Spanish: chosen, followed, changed at once without losing anything, and spoken by the server too.
import { api, expect, field, open, person, sendEdit, signIn, test, willChange } from './lanyard';

const ADMIN = 'admin@riverside.example';
const OTHER = 'tom.okonkwo@riverside.example';

// Whoever chooses a language keeps it: the server is this file's alone.
test.use({ own: 'language' });
test.describe.configure({ mode: 'serial' });

test('French is chosen before anybody is signed in, and the screens speak it from then on', async ({ page, lanyard }) => {
  await page.goto('/');
  await page.getByRole('button', { name: 'Français' }).click();
  await expect(page.getByRole('heading', { name: 'Se connecter' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'fr');
  await page.getByRole('button', { name: 'Se connecter' }).click();
  await expect(page.getByText('Saisissez votre mot de passe.')).toBeVisible();

  await field(page, 'E-mail').fill(ADMIN);
  await field(page, 'Mot de passe').fill('not the password at all');
  await page.getByRole('button', { name: 'Se connecter' }).click();
  await expect(page.getByRole('alert')).toContainText('ne permettent pas de se connecter');
  await field(page, 'Mot de passe').fill(lanyard.passwordOf(ADMIN));
  await page.getByRole('button', { name: 'Se connecter' }).click();
  await expect(page.getByRole('banner')).toBeVisible({ timeout: 20_000 });
  await expect(page.getByRole('button', { name: 'Trier' })).toBeVisible();
  await expect(page.getByRole('tab', { name: /^Actifs/ })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('button', { name: 'Trier' })).toBeVisible();

  await page.getByRole('navigation').getByRole('link', { name: 'Activité' }).first().click();
  await expect(page.getByRole('heading', { name: 'Activité', level: 1 })).toBeVisible();
  const when = page.getByRole('listitem').locator('time').first();
  await expect(when).toHaveAttribute('title', /\d{1,2} (janv\.|févr\.|mars|avr\.|mai|juin|juil\.|août|sept\.|oct\.|nov\.|déc\.) \d{4}/);
});

test('Spanish in the middle of an edit loses nothing of it, and is kept in the profile', async ({ page, lanyard }) => {
  await signIn(page, lanyard, OTHER);
  await open(page, 'Caleb Reed');
  await field(page, 'Phone').fill('+1 415 555 0177');
  await field(page, 'Email Address').fill('not an address');
  await expect(page.getByText('“not an address” is not an e-mail address.')).toBeVisible();

  await page.getByRole('button', { name: /^Account of/ }).click();
  await page.getByRole('menuitem', { name: 'Español' }).click();
  // A refusal, without a reload and with all that was typed.
  await expect(page.getByText('“not an address” no es una dirección de correo.')).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'es');
  await expect(page.locator('input[type=email]').first()).toHaveValue('not an address');
  await expect(page.locator('input[type=tel]')).toHaveValue('+1 415 555 0177');
  await expect(willChange(page)).toHaveAccessibleName('Qué va a cambiar');

  // A consequence.
  await page.locator('input[type=email]').first().fill('caleb.reed2@riverside.example');
  await expect(willChange(page)).toContainText('A partir de ahora accede con caleb.reed2@riverside.example');
  await page.getByRole('button', { name: 'Descartar cambios' }).click();

  await expect.poll(async () => (await api(page, '/me')).body.user.profile.language).toBe('es');
  // The server's own words, whatever the browser asks for.
  const missing = await api(page, '/users/018f6f3e-2b1a-7c3d-8e4f-1234567890ab');
  expect(missing.body.title).toBe('Aquí no hay nada');
  const { user } = (await api(page, '/me')).body;
  const last = await sendEdit(page, { deactivate: { user: user.id } });
  expect(last.body.title).toBe('Este cambio no está permitido');
});

test('X6: what has changed meanwhile follows the language while it is looked at', async ({ page, lanyard }) => {
  await signIn(page, lanyard, 'admin@maple.example');
  const { id } = await open(page, 'June Park');
  await field(page, 'First name').fill('June H.');
  expect((await sendEdit(page, { deactivate: { user: id } }, [{ deactivation: { user: id } }])).status).toBe(200);
  await page.getByRole('button', { name: 'Save' }).click();
  const dialog = page.getByRole('dialog', { name: 'Someone else has changed this user' });
  await expect(dialog).toContainText('The account is now inactive.');
  // The dialog is before the menu: what a person does there can be asked for by a program only.
  await page.locator('header button:has(.avatar)').first().dispatchEvent('click');
  await page.locator('[role=menuitem]', { hasText: 'Français' }).first().dispatchEvent('click');
  await expect(page.getByRole('dialog')).toContainText('Statut actuel du compte : inactif.');
  await expect(page.getByRole('dialog')).not.toContainText('The account is now');
});

test('whoever prefers a language reads it at the next sign-in, in a browser that likes English, and it fits', async ({
  browser,
  lanyard,
}, info) => {
  test.setTimeout(120_000);
  for (const [who, language] of [[ADMIN, 'fr'], [OTHER, 'es']] as const) {
    const page = await (await browser.newContext({ baseURL: lanyard.address })).newPage();
    await signIn(page, lanyard, who);
    await expect(page.locator('html')).toHaveAttribute('lang', language);
    const { id } = await person(page, 'Ana García');
    for (const path of ['/users', '/invite', `/users/${id}`, `/users/${id}/access`, '/roles', '/sites', '/activity', '/import']) {
      await page.goto(path);
      await expect(page.getByRole('heading').first()).toBeVisible();
      await expect(page.locator('.skeleton')).toHaveCount(0);
      await expect
        .soft(page.getByRole('main'), `${path} in ${language}`)
        .not.toContainText(/\b(Save|Cancel|Search|Show|Choose|Nobody|Nothing|There|Every|Changed|Invited|Location)\b/);
      for (const width of [1280, 820, 390]) {
        await page.setViewportSize({ width, height: 860 });
        const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect.soft(over, `${path} in ${language} at ${width} px runs over the edge`).toBeLessThanOrEqual(0);
        await page.screenshot({ path: info.outputPath(`${language}${path.replace(id, 'user').replaceAll('/', '-')}-${width}.png`) });
      }
    }
    await page.close();
  }
});
