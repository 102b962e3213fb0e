export interface Account {
  readonly uid: number;
  readonly gid: number;
}

export interface Accounts {
  /** Numbers of a user and a group of this machine, the user's own group when none is named; undefined when there is no such. */
  find(user: string, group: string | undefined): Promise<Account | undefined>;
}
