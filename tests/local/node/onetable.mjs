export async function tryOneTable() {}
