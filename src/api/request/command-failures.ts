/** Who may not trade. */
export const NO_TRADING = {
  description:
    'The credential does not allow this, what is named is another user’s, or the trial or subscription has ended',
};

/** What may become of a command beyond success, by status. */
export const COMMAND_FAILURES = {
  403: NO_TRADING,
  404: { description: 'There is no such order, portfolio or account, or it is another user’s' },
  409: { description: 'What there is contradicts the request' },
  422: { description: 'The exchange rejected it' },
};
