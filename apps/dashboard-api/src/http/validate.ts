import { StandardSchemaValidationPipe } from '@nestjs/common';
import { Fault } from '@tokenroute/faults';

/** Checks what a route takes against its schema; the first thing that does not fit is named. */
export function validationPipe(): StandardSchemaValidationPipe {
  return new StandardSchemaValidationPipe({
    exceptionFactory: (issues) => {
      const [issue] = issues;
      const param = (issue?.path ?? [])
        .map((part) => String(typeof part === 'object' ? part.key : part))
        .join('.');
      const message = issue?.message ?? 'is not valid';
      return new Fault('invalid-request', param === '' ? `${message}.` : `${param}: ${message}.`, {
        param: param || undefined,
      });
    },
  });
}
