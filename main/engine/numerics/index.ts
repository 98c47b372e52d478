/**
 * Linear algebra in double precision, outside graphs: leading eigenvectors of a symmetric matrix, principal components.
 */
export { leadingEigen, type LeadingEigen } from './leading-eigen';
export {
  type PrincipalComponents,
  MOST_DIMENSIONS,
  principalComponents,
  requireComponents,
} from './principal-components';
