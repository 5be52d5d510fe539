package fetch

import (
	"errors"
	"fmt"
	"net/http"
	"time"
)

// ErrBudget is a day's budget of requests that is used up.
var ErrBudget = errors.New("the day's budget of requests is used up")

// StatusError is an answer that says no: of another status than 2xx, or of status 200 with an error in its body.
type StatusError struct {
	Status     int
	Message    string // the API's own words, empty when it gave none
	Endpoint   string
	RetryAfter time.Duration // how long the API asks to be left alone; 0: it did not say

	method   string
	attempts int // how often it was asked
	header   http.Header
	body     []byte
}

func newStatusError(r Request, answer Response, errorPath string) *StatusError {
	return &StatusError{
		Status: answer.Status, Message: messageOf(answer.Body, errorPath), Endpoint: r.Endpoint,
		method: r.Method, header: answer.Header, body: answer.Body,
	}
}

func (e *StatusError) Error() string {
	text := fmt.Sprintf("%s answered %d", e.Endpoint, e.Status)
	if e.method != "" {
		text = e.method + " " + text
	}
	if name := http.StatusText(e.Status); name != "" {
		text += " (" + name + ")"
	}
	if e.Status/100 == 2 {
		text += " with an error in its body"
	}
	if e.attempts > 1 {
		text += fmt.Sprintf(", %d times", e.attempts)
	}
	if e.Message != "" {
		text += ": " + e.Message
	}
	if next := e.next(); next != "" {
		text += ": " + next
	}
	return text
}

// next says what a person can do.
func (e *StatusError) next() string {
	switch {
	case e.Endpoint == tokenEndpoint && (e.Status == http.StatusUnauthorized || e.Status == http.StatusBadRequest):
		return "check client_id, client_secret and refresh_token, or authorise the application anew"
	case e.Status == http.StatusUnauthorized:
		return "check the key or token: it is wrong, expired or revoked"
	case e.Status == http.StatusForbidden:
		return "give the key or token the permission to read this, or leave the stream out under streams"
	case e.Status == http.StatusNotFound:
		return "check base_url and the resource's path, and that the account has this feature"
	case e.Status == http.StatusTooManyRequests && e.RetryAfter > 0:
		return fmt.Sprintf("the API wants to be left alone for %s: run again after that, or lower the connector's limits", e.RetryAfter)
	case e.Status == http.StatusTooManyRequests:
		return "lower the connector's limits (per_second), or run when nothing else uses the account"
	case e.Status == http.StatusRequestEntityTooLarge, e.Status == http.StatusRequestURITooLong:
		return "ask for less at a time: fewer properties or a smaller batch"
	case e.Status >= http.StatusInternalServerError:
		return "the fault is the API's: run again later"
	}
	return ""
}
