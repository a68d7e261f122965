import { createHash } from 'node:crypto';
import { Type } from 'typebox';
import { amountCents, billText, type CheckoutSession, CURRENCY } from '../../billing/checkout-session.js';
import type { Checkouts } from '../../billing/checkouts-redis.js';
import type { Endpoint } from '../family/endpoint.js';
import type { Family } from '../family/family.js';

const STYLE = 'body{font:1rem/1.5 system-ui;max-width:40rem;margin:4rem auto;padding:0 1rem}';
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');
/** The page loads nothing, sends nothing, and is shown in no frame. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${STYLE_HASH}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
const CONTENT_TYPE = 'text/html; charset=utf-8';

/** Where checkout sessions are paid while no payment provider is set: a page that says how. */
export function checkoutPageRoutes(family: Family, checkouts: Checkouts): readonly Endpoint[] {
  return [
    family.open(
      {
        method: 'GET',
        path: '/v1/billing/checkout/:sessionId',
        summary: 'A page about a checkout session, where no payment provider is set',
        access: 'public',
        answers: {
          200: { description: 'The page', schema: Type.String(), contentType: CONTENT_TYPE },
          404: { description: 'No such session' },
        },
      },
      async ({ params }) => {
        const session = await checkouts.find(params.sessionId.toLowerCase());
        if (session === null) return family.refusal(404, 'Checkout session not found');
        const body = pageOf(session, await checkouts.isPayable(session));
        return {
          status: 200,
          body,
          contentType: CONTENT_TYPE,
          headers: { 'content-security-policy': POLICY },
        };
      },
    ),
  ];
}

/** Nothing in it comes from a user: ids and plans are the server's own words. */
function pageOf(session: CheckoutSession, isPayable: boolean): string {
  const { sessionId, plan } = session;
  const amount = `${billText(amountCents(session))} ${CURRENCY}`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="robots" content="noindex">
<title>Checkout</title>
<style>${STYLE}</style>
<h1>One month of ${plan}: ${amount}</h1>
${session.paidBy !== null ? '<p>It is paid. Thank you.</p>' : isPayable ? instructions(sessionId) : OVER}
</html>
`;
}

const OVER = '<p>This session is over. Subscribe again for a new one.</p>';

function instructions(sessionId: string): string {
  return `<p>This venue has no payment provider, and no money is asked for. Its operator completes the session in the sandbox:</p>
<pre>POST /v1/sandbox/billing/complete
{"sessionId": "${sessionId}"}</pre>
<p>or with a signed notice to <code>/v1/billing/webhook</code>. Your plan then begins at once.</p>`;
}
