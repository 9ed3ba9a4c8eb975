// Package calendar knows which days are working days and counts them.
//
// Its nouns: a Date is a day in Asia/Shanghai, without a time; an Exception is
// a day that differs from its weekday (a holiday on a Wednesday, a make-up day
// on a Saturday); a Calendar is the exceptions of the years that have been
// published, and answers every question about periods and due days.
//
// A day is a working day when it is Monday to Friday and not listed "off", or
// when it is listed "work". A period of n working days begins the day after the
// event (民法总则 art. 201); the n-th working day is the due day, until 24:00.
// Fixed dates and month-ends stay where they are, even on a Sunday; AdvisedBy
// tells by which working day to be done.
//
// The package promises never to guess. A year is known when its statutory
// schedule has been published and loaded. Every question whose span touches
// another year, be it with one day, ends in a *YearError. Two things need no
// calendar and are answered without one: what is filed in time is zero days
// late, and what is due today or earlier has zero days left.
//
// It is pure: no clock, no database, no texts for people. The schedules that
// administrators upload, local closures and open due dates are kept by others,
// who build a Calendar of them; codes of errors are message keys that others
// put into words.
package calendar
