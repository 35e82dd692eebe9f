import { useMutation, useQueryClient } from '@tanstack/react-query';
import { askAuth } from '../../api/auth.js';
import { useSession } from '../../layout/use-organisation.js';
import { Button } from '../../ui/button.js';
import { Field } from '../../ui/field.js';
import { Problem } from '../../ui/notice.js';
import { Card } from '../../ui/page.js';
import { sentFields } from '../../ui/sent-fields.js';

export function Profile() {
  const { person } = useSession();
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: (fields: Record<string, string>) => askAuth('/update-user', fields),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['session'] }),
  });
  return (
    <Card title="Profile" about={person.email}>
      <form className="flex flex-wrap items-end gap-3" onSubmit={(event) => save.mutate(sentFields(event))}>
        <Field
          label="Name"
          name="name"
          className="w-full max-w-sm"
          defaultValue={person.name}
          required
          maxLength={100}
        />
        <Button type="submit" isBusy={save.isPending}>
          Save
        </Button>
      </form>
      <Problem error={save.error} />
    </Card>
  );
}
