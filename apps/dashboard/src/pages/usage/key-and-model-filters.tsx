import { useQuery } from '@tanstack/react-query';
import { keysQuery, modelsQuery } from '../../api/queries.js';
import { useOrganisation } from '../../layout/use-organisation.js';
import { Select } from '../../ui/field.js';

/** Undefined: all. */
export interface KeyAndModel {
  keyId?: string | undefined;
  model?: string | undefined;
}

interface KeyAndModelFiltersProps {
  choice: KeyAndModel;
  onChoose: (change: KeyAndModel) => void;
}

/** Of the organisation; whose role reads no keys is not offered any. */
export function KeyAndModelFilters({ choice, onChoose }: KeyAndModelFiltersProps) {
  const { organisationId, may } = useOrganisation();
  const { data: keys } = useQuery({ ...keysQuery(organisationId), enabled: may('keys:read') });
  const { data: models } = useQuery(modelsQuery(organisationId));
  return (
    <>
      <Select
        label="Key"
        value={choice.keyId ?? ''}
        onChange={(event) => onChoose({ keyId: event.target.value || undefined })}
      >
        <option value="">all keys</option>
        {keys?.map(({ id, name, display }) => (
          <option key={id} value={id}>
            {name} ({display})
          </option>
        ))}
      </Select>
      <Select
        label="Model"
        value={choice.model ?? ''}
        onChange={(event) => onChoose({ model: event.target.value || undefined })}
      >
        <option value="">all models</option>
        {models?.map(({ id }) => (
          <option key={id}>{id}</option>
        ))}
      </Select>
    </>
  );
}
