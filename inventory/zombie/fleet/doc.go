// Package fleet invents fleets of systems whose fate is known, to measure how
// well unused ones are found: archetypes that people use in different rhythms,
// archetypes that are given up in different ways, and around them what makes the
// question hard: crawlers of which some pass for people, health checks, scans,
// probes that fail, report zeros or lose one signal.
//
// A fleet is made from a seed and a Climate; the same of both is the same fleet.
// What is drawn of a system does not depend on the other systems.
package fleet
