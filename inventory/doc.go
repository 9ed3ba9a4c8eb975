// Package inventory is the register: which departments there are, which IT
// systems each of them owns, and what changed when.
//
// Its nouns are Department and System. Both are kept with their whole history:
// every save adds a version that says from when to when it was true in the
// register, who made it and why, so that one record or the whole list can be
// read as of any moment. Departments that were renamed or merged keep their
// rows and point to their successors; nothing is overwritten.
//
// The verbs are methods of Registry. Each is one transaction that checks the
// right, validates, saves with a version number (a stale one is a Conflict
// that carries both versions), and writes to the operation log.
//
// A system is draft, then declared by the head of its department (办法 art. 22),
// then returned or verified by the centre (方案 part 2 (2)), certified by the
// census, in service, and at last merged or retired; Moves is the table of who
// may take which step. A classified system is only a masked placeholder here:
// the register runs on a network that must not hold its details.
//
// What the census has locked changes only by a ChangeRequest: the department
// proposes other values with a reason, its head submits, the centre recommends,
// the Office decides, and approval writes them as one version that carries the
// address of the request. A survey room adopts accepted declarations and locks
// its census through the methods that end in In, inside its own transactions.
//
// Files of departments and systems come in and go out through Importer, with a
// preview before anything is written.
//
// What systems are used for, which of them are connected and what they share
// is for the rooms below this one; pages and the API are in inventoryweb.
package inventory
