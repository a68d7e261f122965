import { createHash } from 'node:crypto';
import { Type } from 'typebox';
import { PASSWORD_CHARS_MAX, PASSWORD_CHARS_MIN } from '../../identity/people/passwords.js';
import type { Endpoint } from '../family/endpoint.js';
import type { Family } from '../family/family.js';
import { MAIL_SCRIPT } from './mail-script.js';

const STYLE =
  'body{font:1rem/1.5 system-ui;max-width:40rem;margin:4rem auto;padding:0 1rem}input,button{font:inherit}';
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');
/** One script, of this server; it sends to this server alone, and the page is shown in no frame. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "connect-src 'self'",
  `style-src 'sha256-${STYLE_HASH}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
const HTML = 'text/html; charset=utf-8';
const JAVASCRIPT = 'text/javascript; charset=utf-8';

const QUERY = Type.Object({
  token: Type.Optional(Type.String({ description: 'From the mail; the page sends it when it is told to.' })),
});

const PASSWORD_FIELD = `<p><label>New password, ${PASSWORD_CHARS_MIN} to ${PASSWORD_CHARS_MAX} characters:<br>
<input type="password" name="new_password" autocomplete="new-password" required minlength="${PASSWORD_CHARS_MIN}" maxlength="${PASSWORD_CHARS_MAX}"></label></p>`;

const PAGES = [
  {
    path: '/auth/verify-email',
    title: 'Confirm your e-mail address',
    field: '',
    button: 'Confirm',
    done: 'Your address is confirmed. You can log in.',
  },
  {
    path: '/auth/reset-password',
    title: 'Choose a new password',
    field: PASSWORD_FIELD,
    button: 'Change the password',
    done: 'Your password is changed. You can log in with it.',
  },
] as const;

/** Where the links in mails lead. Opening one does nothing: programs that look through mail open links as well. */
export function mailPageRoutes(family: Family): readonly Endpoint[] {
  const pages = PAGES.map((page) => {
    const answers = { 200: { description: 'The page', schema: Type.String(), contentType: HTML } };
    const summary = `A page for the link of a mail: ${page.title.toLowerCase()}`;
    return family.open(
      { method: 'GET', path: page.path, summary, access: 'public', query: QUERY, answers },
      () => ({
        status: 200,
        body: pageOf(page),
        contentType: HTML,
        headers: { 'content-security-policy': POLICY },
      }),
    );
  });
  return [...pages, scriptRoute(family)];
}

function scriptRoute(family: Family): Endpoint {
  return family.open(
    {
      method: 'GET',
      path: '/auth/mail-page.js',
      summary: 'The script of these pages',
      access: 'public',
      answers: { 200: { description: 'The script', schema: Type.String(), contentType: JAVASCRIPT } },
    },
    () => ({ status: 200, body: MAIL_SCRIPT, contentType: JAVASCRIPT }),
  );
}

/**
 * Nothing in it comes from a request: the script reads the token from the address. The script's own address is
 * relative, for a server that is reached below a path.
 */
function pageOf({ title, field, button, done }: (typeof PAGES)[number]): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<title>${title}</title>
<style>${STYLE}</style>
<h1>${title}</h1>
<form data-done="${done}">
${field}
<p><button>${button}</button></p>
</form>
<p role="status"></p>
<noscript><p>This page needs its script. Programs send the token themselves.</p></noscript>
<script src="mail-page.js"></script>
</html>
`;
}
