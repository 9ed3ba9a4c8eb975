package field

import "qingce/internal/fault"

// The following methods finish the description of a field; each returns a
// changed copy, so that a list of fields reads as one sentence per line.

// In puts the field into a section of the form.
func (f Field[T]) In(section string) Field[T] { f.Section = section; return f }

// Named gives the field a name of its own: the message key of its label.
func (f Field[T]) Named(label fault.Label) Field[T] { f.Label = label; return f }

// Limit sets the greatest number of characters.
func (f Field[T]) Limit(runes int) Field[T] { f.Max = runes; return f }

// Per names the unit behind the input: unit.<word>.
func (f Field[T]) Per(word string) Field[T] { f.Unit = word; return f }

// Required says that the field must be filled in where it is asked.
func (f Field[T]) Required() Field[T] { f.Must = true; return f }

// RequiredWhen says that the field must be filled in when one of cases holds.
func (f Field[T]) RequiredWhen(cases ...Case) Field[T] { f.MustWhen = cases; return f }

// ShownWhen says that the field is asked only when all cases hold.
func (f Field[T]) ShownWhen(cases ...Case) Field[T] { f.Shown = cases; return f }

// ByService says that people cannot fill the field in.
func (f Field[T]) ByService() Field[T] { f.Given = true; return f }

// AlsoMasked says that a classified record may hold the field.
func (f Field[T]) AlsoMasked() Field[T] { f.Masked = true; return f }

// AcrossRow asks for a whole row of the form.
func (f Field[T]) AcrossRow() Field[T] { f.Wide = true; return f }

// Choices gives the field the options that words names.
func (f Field[T]) Choices(words string, options ...string) Field[T] {
	f.Words, f.Options = words, options
	return f
}
