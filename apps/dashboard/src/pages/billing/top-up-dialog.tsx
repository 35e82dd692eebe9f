import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { api, ApiError, dataOf } from '../../api/client.js';
import { parseUsdInput } from '../../figures/parse-usd-input.js';
import { useOrganisation } from '../../layout/use-organisation.js';
import { Button } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { Check, Field } from '../../ui/field.js';
import { Problem } from '../../ui/notice.js';
import { sentFields } from '../../ui/sent-fields.js';

const suggestions = ['10', '25', '100'];

interface TopUpDialogProps {
  isOpen: boolean;
  onClose: () => void;
}

/** Leads to the payment page; no card is typed here. */
export function TopUpDialog({ isOpen, onClose }: TopUpDialogProps) {
  const [amount, setAmount] = useState('25');
  const [problem, setProblem] = useState<string>();
  const topUp = useTopUp();
  const submit = (event: FormEvent<HTMLFormElement>) => {
    const { amount, keep } = sentFields(event);
    const amountNanoUsd = parseUsdInput(amount ?? '');
    if (amountNanoUsd === null) return setProblem('An amount such as 25 or 12.50.');
    setProblem(undefined);
    topUp.mutate({ amountNanoUsd, savePaymentMethod: keep === 'on' });
  };
  const isAboutAmount = topUp.error instanceof ApiError && /amount/.test(topUp.error.message);
  return (
    <Dialog
      title="Top up"
      about="You pay on the payment provider's page and come back here."
      isOpen={isOpen}
      onClose={onClose}
    >
      <form className="space-y-4" onSubmit={submit} noValidate>
        <Field
          label="Amount in USD"
          name="amount"
          prefix="$"
          inputMode="decimal"
          value={amount}
          onChange={(event) => setAmount(event.target.value)}
          problem={problem ?? (isAboutAmount ? topUp.error?.message : undefined)}
          autoFocus
        />
        <div className="flex gap-2">
          {suggestions.map((suggestion) => (
            <Button
              key={suggestion}
              onClick={() => setAmount(suggestion)}
              aria-pressed={amount === suggestion}
            >
              ${suggestion}
            </Button>
          ))}
        </div>
        <Check name="keep" label="Keep the payment method, for automatic top-ups" />
        {!isAboutAmount && <Problem error={topUp.error} />}
        <div className="flex justify-end">
          <Button type="submit" variant="primary" isBusy={topUp.isPending || topUp.isSuccess}>
            Go to payment
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function useTopUp() {
  const { organisationId } = useOrganisation();
  return useMutation({
    mutationFn: (order: { amountNanoUsd: string; savePaymentMethod: boolean }) =>
      dataOf(
        api.POST('/api/organisations/{organisationId}/top-ups', {
          params: { path: { organisationId } },
          body: { id: crypto.randomUUID(), ...order },
        }),
      ),
    onSuccess: ({ checkoutUrl }) => window.location.assign(checkoutUrl),
  });
}
