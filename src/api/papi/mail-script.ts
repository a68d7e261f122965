/**
 * Sends the token of the page's address, with what was typed, to the route of the same path, and shows the answer as
 * text. The page keeps no way back to a token that was used.
 */
export const MAIL_SCRIPT = `'use strict';
const form = document.querySelector('form');
const status = document.querySelector('[role=status]');
const button = form.querySelector('button');
const token = new URLSearchParams(location.search).get('token') || '';
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  button.disabled = true;
  status.textContent = 'One moment …';
  try {
    const response = await fetch(location.pathname, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token, ...Object.fromEntries(new FormData(form)) }),
    });
    const answer = await response.json();
    if (response.ok) {
      history.replaceState(null, '', location.pathname);
      form.hidden = true;
      status.textContent = form.dataset.done;
      return;
    }
    status.textContent = answer.error.message;
  } catch {
    status.textContent = 'The server did not answer. Try again.';
  }
  button.disabled = false;
});
`;
