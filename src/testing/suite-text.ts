import { Document, isCollection } from 'yaml';
import type { TestSuite } from './routing-test.ts';

/** A suite as the YAML of a file: a request and what is expected of it on a line each. */
export function suiteText({ manifests = [], tests }: TestSuite, comment: string): string {
  const document = new Document({ ...(manifests.length > 0 && { manifests }), tests });
  document.commentBefore = ` ${comment}`;
  setFlow(document.get('manifests'));
  for (const [index] of tests.entries()) {
    for (const part of ['request', 'expect']) setFlow(document.getIn(['tests', index, part]));
  }
  return document.toString({ lineWidth: 0, singleQuote: true, flowCollectionPadding: true });
}

function setFlow(node: unknown): void {
  if (isCollection(node)) node.flow = true;
}
