// The application as a widget in a host's page, inside a shadow root.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { api, expect, field, person, save, test } from './lanyard';

const ADMIN = 'admin@riverside.example';

test('in the shadow root of a host that has loud looks of its own, a person is found, edited and saved', async ({
  page,
  lanyard,
}) => {
  const body = await readFile(join(__dirname, 'widget.html'), 'utf8');
  await page.route('**/widget.html', (route) => route.fulfill({ contentType: 'text/html', body }));
  await page.goto('/widget.html');
  await field(page, 'Email').fill(ADMIN);
  await field(page, 'Password').fill(lanyard.passwordOf(ADMIN));
  const button = page.getByRole('button', { name: 'Sign in' });
  expect(await button.evaluate((element) => getComputedStyle(element).borderTopStyle)).not.toBe('dotted');
  await button.click();
  await page.getByRole('searchbox').fill('caleb');
  await page.getByRole('link', { name: 'Caleb Reed' }).click();
  await field(page, 'Phone').fill('+1 415 555 0155');
  await save(page);
  const { id } = await person(page, 'Caleb Reed');
  expect((await api(page, `/users/${id}`)).body.facts.subject.profile.phone).toBe('+1 415 555 0155');
  expect(new URL(page.url()).pathname, 'the address belongs to the host').toBe('/widget.html');
});
