import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../api/client.js';
import { keysQuery } from '../../api/queries.js';
import { showCount } from '../../figures/show-usd.js';
import { showDuration, showTime } from '../../figures/show-time.js';
import { useOrganisation } from '../../layout/use-organisation.js';
import { Badge, type BadgeTone } from '../../ui/badge.js';
import { MoneyCell } from '../../ui/money.js';
import { SkeletonRows, Table, Td, Th } from '../../ui/table.js';

type Request = Schemas['Requests']['requests'][number];

export const requestStates: Record<Request['state'], { label: string; tone: BadgeTone }> = {
  held: { label: 'under way', tone: 'warning' },
  settled: { label: 'charged', tone: 'good' },
  released: { label: 'free', tone: 'plain' },
  expired: { label: 'given up', tone: 'plain' },
};

interface RequestsTableProps {
  /** Undefined while they are being read. */
  requests: Request[] | undefined;
  onOpen: (requestId: string) => void;
}

export function RequestsTable({ requests, onOpen }: RequestsTableProps) {
  const { organisationId, may } = useOrganisation();
  const { data: keys } = useQuery({ ...keysQuery(organisationId), enabled: may('keys:read') });
  const names = new Map(keys?.map(({ id, name }) => [id, name]));
  return (
    <Table
      label="Requests"
      head={
        <>
          <Th>Time</Th>
          <Th>Model</Th>
          <Th>Key</Th>
          <Th>Status</Th>
          <Th className="text-right">Input</Th>
          <Th className="text-right">Output</Th>
          <Th className="text-right">First token</Th>
          <Th className="text-right">Latency</Th>
          <Th className="text-right">Held</Th>
          <Th className="text-right">Cost</Th>
        </>
      }
    >
      {requests ? (
        requests.map((request) => (
          <RequestRow
            key={request.id}
            request={request}
            keyName={names.get(request.keyId)}
            onOpen={() => onOpen(request.id)}
          />
        ))
      ) : (
        <SkeletonRows columns={10} />
      )}
    </Table>
  );
}

interface RequestRowProps {
  request: Request;
  keyName: string | undefined;
  onOpen: () => void;
}

function RequestRow({ request, keyName, onOpen }: RequestRowProps) {
  const { model, createdAt, usage, telemetry, heldNanoUsd, chargedNanoUsd } = request;
  const upstreamModel = telemetry?.upstreamModel;
  return (
    <tr data-request={request.id}>
      <Td className="whitespace-nowrap">
        <button
          type="button"
          onClick={onOpen}
          className="py-1 underline decoration-line-strong underline-offset-4 hover:decoration-ink"
        >
          {createdAt ? showTime(createdAt) : request.id}
        </button>
      </Td>
      <Td>
        <code className="font-mono text-xs whitespace-nowrap">{model}</code>
        {upstreamModel && upstreamModel !== model && (
          <code className="block font-mono text-xs whitespace-nowrap text-muted">{upstreamModel}</code>
        )}
      </Td>
      <Td>
        <span className="block max-w-40 truncate" title={keyName ?? request.keyId}>
          {keyName ?? <span className="text-muted">another key</span>}
        </span>
      </Td>
      <Td>
        <Status request={request} />
      </Td>
      <Td className="text-right">{usage ? showCount(usage.inputTokens) : ''}</Td>
      <Td className="text-right">{usage ? showCount(usage.outputTokens) : ''}</Td>
      <Td className="text-right whitespace-nowrap text-muted">
        {telemetry?.firstTokenMs != null && showDuration(telemetry.firstTokenMs)}
      </Td>
      <Td className="text-right whitespace-nowrap text-muted">
        {telemetry && showDuration(telemetry.durationMs)}
      </Td>
      <Td className="text-muted">
        <MoneyCell nanoUsd={heldNanoUsd} />
      </Td>
      <Td>{chargedNanoUsd === null ? <span /> : <MoneyCell nanoUsd={chargedNanoUsd} />}</Td>
    </tr>
  );
}

const clientClosedRequest = 499;

/** What the client was answered and why the answer ended; of a request that told neither, what became of its hold. */
export function Status({ request: { state, telemetry } }: { request: Pick<Request, 'state' | 'telemetry'> }) {
  const { label, tone } = requestStates[state];
  const httpStatus = telemetry?.httpStatus;
  if (httpStatus == null) return <Badge tone={tone}>{label}</Badge>;
  const why = httpStatus === clientClosedRequest ? 'cancelled' : telemetry?.finishReason;
  return (
    <span className="flex items-center gap-2 whitespace-nowrap">
      <Badge tone={toneOf(httpStatus)}>{httpStatus}</Badge>
      {why && <span className="text-xs text-muted">{why}</span>}
    </span>
  );
}

function toneOf(httpStatus: number): BadgeTone {
  if (httpStatus === 200) return 'good';
  return httpStatus === clientClosedRequest ? 'plain' : 'danger';
}
