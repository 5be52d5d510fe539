// Package sandbox serves, on loopback, the APIs of Stripe, HubSpot and Typeform as a company that does not
// exist would see them: the company of pipelines/demo. It keeps the vendors' paging, limits, errors and sense
// of time, knows the company's true figures by the simulator's own books, and can be told to misbehave.
package sandbox
