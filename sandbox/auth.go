package sandbox

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// tokenLife is how long HubSpot's access tokens are good for.
const tokenLife = 30 * time.Minute

// tokens are the access tokens that were given out.
type tokens struct {
	mu    sync.Mutex
	clock func() time.Time
	until map[string]time.Time
	given int
}

func newTokens(clock func() time.Time) *tokens {
	return &tokens{clock: clock, until: map[string]time.Time{}}
}

func (t *tokens) give() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.given++
	token := token(uint64(t.given), "CO", 40, "access")
	t.until[token] = t.clock().Add(tokenLife)
	return token
}

// state tells whether a token was given out and is still good.
func (t *tokens) state(token string) (known, good bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	until, known := t.until[token]
	return known, known && t.clock().Before(until)
}

// ExpireTokens makes all access tokens that were given out expire at once.
func (s *Server) ExpireTokens() {
	s.tokens.mu.Lock()
	defer s.tokens.mu.Unlock()
	for token := range s.tokens.until {
		s.tokens.until[token] = s.tokens.clock()
	}
}

// authorised refuses who does not show the API's credentials; nil is welcome.
func (s *Server) authorised(api string, r *http.Request) *answer {
	bearer, isBearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	var a answer
	switch api {
	case "stripe":
		user, _, basic := r.BasicAuth()
		switch {
		case isBearer && bearer == StripeKey, basic && user == StripeKey:
			return nil
		case !isBearer && !basic:
			a = stripeError(401, "", "", "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').")
		default:
			a = stripeError(401, "", "", "Invalid API Key provided: "+starred(bearer+user))
		}
	case "hubspot":
		known, good := s.tokens.state(bearer)
		switch {
		case isBearer && (bearer == HubSpotToken || good):
			return nil
		case known:
			a = hubspotError(401, "EXPIRED_AUTHENTICATION", "The OAuth token used to make this call expired 1 minute(s) ago.")
		default:
			a = hubspotError(401, "INVALID_AUTHENTICATION", "Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview")
		}
	default:
		if isBearer && bearer == TypeformToken {
			return nil
		}
		a = typeformError(401, "AUTHENTICATION_FAILED", "Authentication credentials not found on the Request Headers")
	}
	return &a
}

func starred(key string) string {
	if len(key) < 8 {
		return "****"
	}
	return key[:4] + strings.Repeat("*", len(key)-8) + key[len(key)-4:]
}

// token answers HubSpot's token endpoint.
func (s *Server) token(r *http.Request) answer {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<16))
	form, parsed := url.ParseQuery(string(body))
	if strings.Contains(r.Header.Get("Content-Type"), "json") {
		form, parsed = url.Values{}, json.Unmarshal(body, &struct{}{})
	}
	fail := func(status, message string) answer {
		return reply(400, object{"status": status, "message": message, "correlationId": "7d9b1e6a-0c5f-4d0e-9f0a-5a1d0b0c0002"})
	}
	id, secret := form.Get("client_id"), form.Get("client_secret")
	if user, password, ok := r.BasicAuth(); ok {
		id, secret = user, password
	}
	switch {
	case err != nil || parsed != nil || r.Method != http.MethodPost:
		return fail("BAD_REQUEST", "the request is not a form")
	case id != HubSpotClientID || secret != HubSpotClientSecret:
		return fail("BAD_CLIENT_ID", "missing or unknown client id")
	case form.Get("grant_type") == "refresh_token" && form.Get("refresh_token") != HubSpotRefreshToken:
		return fail("BAD_REFRESH_TOKEN", "missing or unknown refresh token")
	case form.Get("grant_type") != "refresh_token" && form.Get("grant_type") != "client_credentials":
		return fail("BAD_GRANT_TYPE", fmt.Sprintf("unknown grant type %q", form.Get("grant_type")))
	}
	return reply(200, object{"token_type": "bearer", "access_token": s.tokens.give(), "refresh_token": HubSpotRefreshToken,
		"expires_in": int(tokenLife / time.Second)})
}
