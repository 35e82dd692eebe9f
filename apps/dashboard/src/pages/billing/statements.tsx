import { Download } from 'lucide-react';
import { useState } from 'react';
import { lastMonths, showMonth } from '../../figures/months.js';
import { useOrganisation } from '../../layout/use-organisation.js';
import { buttonClass } from '../../ui/button.js';
import { Select } from '../../ui/field.js';
import { Card } from '../../ui/page.js';

const offered = 13;

export function Statements() {
  const { organisationId } = useOrganisation();
  const months = lastMonths(Date.now(), offered);
  const [month, setMonth] = useState(months[0]!);
  return (
    <Card
      title="Statements"
      about="Every movement of a month, from the opening to the closing balance, with the receipt of every charge."
    >
      <div className="flex flex-wrap items-end gap-3">
        <Select
          label="Month (UTC)"
          className="w-48"
          value={month}
          onChange={(event) => setMonth(event.target.value)}
        >
          {months.map((each) => (
            <option key={each} value={each}>
              {showMonth(each)}
            </option>
          ))}
        </Select>
        <a
          href={`/api/organisations/${organisationId}/statements/${month}`}
          download
          className={buttonClass()}
        >
          <Download size={16} aria-hidden /> Download CSV
        </a>
      </div>
    </Card>
  );
}
