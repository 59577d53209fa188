/** The row of a statement that always gives one, such as a count. @throws Error where it gave none, which no such statement does */
export function onlyRow<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (row === undefined) throw new Error('the database gave no row where there always is one');
  return row;
}
