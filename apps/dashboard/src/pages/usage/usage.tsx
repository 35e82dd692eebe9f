import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Download } from 'lucide-react';
import { keysQuery } from '../../api/queries.js';
import { usageQuery } from '../../api/usage-queries.js';
import { type RangeChoice, type TimeRange, timeRange } from '../../figures/time-range.js';
import { byCost, toBars, toUsageCsv, type UsageGroup } from '../../figures/usage-figures.js';
import { showDate } from '../../figures/show-time.js';
import { showCount } from '../../figures/show-usd.js';
import { useOrganisation } from '../../layout/use-organisation.js';
import { BarChart } from '../../ui/bar-chart.js';
import { Button } from '../../ui/button.js';
import { Select } from '../../ui/field.js';
import { MoneyCell } from '../../ui/money.js';
import { Problem } from '../../ui/notice.js';
import { Card, Empty, Page } from '../../ui/page.js';
import { RangeSelect } from '../../ui/range-select.js';
import { saveFile } from '../../ui/save-file.js';
import { Skeleton } from '../../ui/skeleton.js';
import { SkeletonRows, Table, Td, Th } from '../../ui/table.js';
import { KeyAndModelFilters } from './key-and-model-filters.js';

export const usageGroupings = ['model', 'key', 'day', 'hour'] as const;

export interface UsageSearch extends RangeChoice {
  group?: string | undefined;
  keyId?: string | undefined;
  model?: string | undefined;
}

export function Usage() {
  const { organisationId } = useOrganisation();
  const search = useSearch({ from: '/shell/dashboard/usage' });
  const range = timeRange(search, Date.now());
  const grouping = search.group ?? 'model';
  const { keyId, model } = search;
  const { data: usage, error } = useQuery(
    usageQuery(organisationId, range, { groupBy: grouping, keyId, model }),
  );
  const groups = usage && (grouping === 'model' || grouping === 'key' ? byCost(usage.groups) : usage.groups);
  return (
    <Page
      title="Usage"
      about="What was used and paid, as the books have it."
      actions={
        <Button
          disabled={!groups?.length}
          onClick={() => saveFile('usage.csv', 'text/csv', toUsageCsv(groups ?? []))}
        >
          <Download size={16} aria-hidden /> CSV
        </Button>
      }
    >
      <Problem error={error} />
      <Choice search={search} grouping={grouping} />
      <OverTime range={range} keyId={keyId} model={model} />
      <Card isFlush>
        {groups?.length === 0 ? (
          <Empty title="Nothing was used">Choose a longer time, or take a filter away.</Empty>
        ) : (
          <UsageTable groups={groups} total={usage?.total} grouping={grouping} />
        )}
      </Card>
    </Page>
  );
}

function Choice({ search, grouping }: { search: UsageSearch; grouping: string }) {
  const navigate = useNavigate();
  const choose = (change: UsageSearch) =>
    void navigate({ to: '/dashboard/usage', search: { ...search, ...change }, replace: true });
  return (
    <search className="space-y-3">
      <RangeSelect choice={search} onChoose={choose} />
      <div className="grid gap-3 sm:grid-cols-3">
        <Select
          label="Grouped by"
          value={grouping}
          onChange={(event) => choose({ group: event.target.value })}
        >
          {usageGroupings.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </Select>
        <KeyAndModelFilters choice={search} onChoose={choose} />
      </div>
    </search>
  );
}

interface OverTimeProps {
  range: TimeRange;
  keyId?: string | undefined;
  model?: string | undefined;
}

function OverTime({ range, keyId, model }: OverTimeProps) {
  const { organisationId } = useOrganisation();
  const { data: usage } = useQuery(
    usageQuery(organisationId, range, { groupBy: range.bucket, keyId, model }),
  );
  return (
    <Card>
      {usage ? (
        <BarChart
          label={`Charged per ${range.bucket}, UTC`}
          bars={toBars(usage.groups, range)}
          bucket={range.bucket}
        />
      ) : (
        <Skeleton className="h-52" />
      )}
    </Card>
  );
}

interface UsageTableProps {
  groups: UsageGroup[] | undefined;
  total: UsageGroup['sum'] | undefined;
  grouping: string;
}

function UsageTable({ groups, total, grouping }: UsageTableProps) {
  const { organisationId, may } = useOrganisation();
  const { data: keys } = useQuery({ ...keysQuery(organisationId), enabled: may('keys:read') });
  const keyNames = new Map(keys?.map(({ id, name }) => [id, name]));
  return (
    <Table
      label={`Usage by ${grouping}`}
      head={
        <>
          <Th className="first-letter:uppercase">{grouping}</Th>
          <Th className="text-right">Requests</Th>
          <Th className="text-right">Input</Th>
          <Th className="text-right">Of it cached</Th>
          <Th className="text-right">Output</Th>
          <Th className="text-right">Charged</Th>
        </>
      }
    >
      {!groups && <SkeletonRows columns={6} />}
      {groups?.map((group) => (
        <SumRow key={nameOf(group)} name={nameIn(group, keyNames)} sum={group.sum} />
      ))}
      {groups && total && <SumRow name="Together" sum={total} isTotal />}
    </Table>
  );
}

function nameOf({ beginsAt, keyId, model }: UsageGroup): string {
  return beginsAt ?? keyId ?? model ?? '';
}

function nameIn(group: UsageGroup, keyNames: Map<string, string>): string {
  const { beginsAt, keyId, model } = group;
  if (beginsAt !== null) {
    const hour = beginsAt.slice(11, 16);
    return hour === '00:00' ? showDate(beginsAt) : `${showDate(beginsAt)}, ${hour}`;
  }
  return keyId === null ? (model ?? '') : (keyNames.get(keyId) ?? keyId);
}

function SumRow({ name, sum, isTotal }: { name: string; sum: UsageGroup['sum']; isTotal?: boolean }) {
  return (
    <tr className={isTotal ? 'font-medium' : ''}>
      <Td className="max-w-64 truncate" title={name}>
        {name}
      </Td>
      <Td className="text-right">{showCount(BigInt(sum.requests))}</Td>
      <Td className="text-right">{showCount(BigInt(sum.inputTokens))}</Td>
      <Td className="text-right text-muted">{showCount(BigInt(sum.cachedInputTokens))}</Td>
      <Td className="text-right">{showCount(BigInt(sum.outputTokens))}</Td>
      <Td>
        <MoneyCell nanoUsd={sum.chargedNanoUsd} />
      </Td>
    </tr>
  );
}
