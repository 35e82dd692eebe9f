import { formatUsd } from '@tokenroute/money';
import type { PaymentRow } from './payment.repository.js';

/** The page that takes a real payment page's place. Plain HTML: it works without a script. */
export function developmentPaymentPage(payment: PaymentRow): string {
  const open = payment.state === 'open';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>DEVELOPMENT PAYMENT - NO MONEY MOVES</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 3rem auto; padding: 0 1rem; }
.warning { border: 4px solid #b00; padding: 1rem; }
button { font: inherit; padding: 0.5rem 1rem; }
</style>
</head>
<body>
<main>
<div class="warning" role="alert">
<h1>Development payment page: no money moves</h1>
<p>This installation has no payment provider. Nobody is charged here; the account is credited as if it had paid.</p>
</div>
<p>Top-up of <strong>${formatUsd(payment.amount_nano_usd)} USD</strong>, payment ${escaped(payment.id)}.</p>
${open ? form(payment) : `<p>This payment is ${escaped(payment.state)}.</p>`}
<p><a href="${escaped(payment.cancel_url ?? '')}">Back without paying</a></p>
</main>
</body>
</html>
`;
}

function form(payment: PaymentRow): string {
  const saved = payment.save_payment_method
    ? '<p>A pretended payment method will be kept for automatic top-ups.</p>'
    : '';
  return `${saved}<form method="post"><button type="submit">Pretend to pay</button></form>`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
