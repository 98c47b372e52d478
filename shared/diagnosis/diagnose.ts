import type { Finding, Patient } from './finding';
import { validRemedies } from './remedies';
import { rules } from './rules';

/**
 * What goes wrong in a run, the worst first: judged by its series alone, so it may be asked at any time. A remedy is
 * offered only if the run's specification can have it.
 */
export function diagnose(patient: Patient): Finding[] {
  const found = rules.flatMap((rule) => rule(patient) ?? []);
  return found
    .map((finding) => ({ ...finding, remedies: validRemedies(patient.spec, finding.remedies) }))
    .sort((a, b) => Number(b.severity === 'critical') - Number(a.severity === 'critical'));
}
