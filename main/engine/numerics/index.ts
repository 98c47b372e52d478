/** Linear algebra in double precision, outside of graphs: the leading eigenvectors of a symmetric matrix, principal components. */
export { leadingEigen, type LeadingEigen } from './leading-eigen';
export {
  type PrincipalComponents,
  MOST_DIMENSIONS,
  principalComponents,
  requireComponents,
} from './principal-components';
