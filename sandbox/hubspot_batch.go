package sandbox

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lastro/pipelines/demo"
)

const (
	batchMost        = 100
	associationsMost = 1_000
	associationsPage = 500
)

type batchRequest struct {
	Inputs []struct {
		ID    string `json:"id"`
		After string `json:"after"`
	} `json:"inputs"`
	Properties []string `json:"properties"`
}

// batch answers with records by their ids.
func (q *hubspotQuery) batch(kind string) answer {
	var r batchRequest
	if err := json.Unmarshal(q.body, &r); err != nil {
		return hubspotError(400, "VALIDATION_ERROR", "Invalid input JSON: "+err.Error())
	}
	if len(r.Inputs) > batchMost {
		return hubspotError(400, "VALIDATION_ERROR", fmt.Sprintf("a batch has at most %d inputs", batchMost))
	}
	names := r.Properties
	if len(names) == 0 {
		names = shownAlways[kind]
	}
	results, missing := []any{}, []any{}
	for _, in := range r.Inputs {
		rec := q.crm.byID[kind][in.ID]
		if rec == nil || rec.created.After(q.now) || came(rec.archived, q.now) {
			missing = append(missing, in.ID)
			continue
		}
		results = append(results, rec.show(names, q.now))
	}
	o := object{"status": "COMPLETE", "results": results, "startedAt": iso(q.now), "completedAt": iso(q.now)}
	if len(missing) > 0 {
		o["numErrors"] = 1
		o["errors"] = []any{object{"status": "error", "category": "OBJECT_NOT_FOUND", "message": "Could not get some objects, they may be deleted or not exist.",
			"context": object{"ids": missing}}}
		return reply(207, o)
	}
	return reply(200, o)
}

// associations answers with what records are associated with.
func (q *hubspotQuery) associations(from, to string) answer {
	var r batchRequest
	if err := json.Unmarshal(q.body, &r); err != nil {
		return hubspotError(400, "VALIDATION_ERROR", "Invalid input JSON: "+err.Error())
	}
	switch {
	case from == "" || to == "":
		return hubspotError(400, "VALIDATION_ERROR", "Unable to infer object type")
	case len(r.Inputs) > associationsMost:
		return hubspotError(400, "VALIDATION_ERROR", fmt.Sprintf("a batch has at most %d inputs", associationsMost))
	}
	results, errs := []any{}, []any{}
	for _, in := range r.Inputs {
		found, next := q.neighbours(q.crm.byID[from][in.ID], to, in.After)
		if len(found) == 0 {
			errs = append(errs, object{"status": "error", "category": "OBJECT_NOT_FOUND", "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
				"message": fmt.Sprintf("No %s is associated with %s %s.", strings.TrimSuffix(to, "s"), strings.TrimSuffix(from, "s"), in.ID),
				"context": object{"fromObjectId": []any{in.ID}}})
			continue
		}
		one := object{"from": object{"id": in.ID}, "to": found}
		if next != "" {
			one["paging"] = object{"next": object{"after": next, "link": "?after=" + next}}
		}
		results = append(results, one)
	}
	o := object{"status": "COMPLETE", "results": results, "startedAt": iso(q.now), "completedAt": iso(q.now)}
	if len(errs) > 0 {
		o["numErrors"], o["errors"] = len(errs), errs
		return reply(207, o)
	}
	return reply(200, o)
}

// neighbours are the records of a kind that one is associated with, a page of them.
func (q *hubspotQuery) neighbours(r *record, kind, after string) (found []any, next string) {
	if r == nil || r.created.After(q.now) || came(r.archived, q.now) {
		return nil, ""
	}
	from, _ := strconv.ParseInt(after, 10, 64) // no number is from the beginning
	for _, other := range r.to[kind] {
		if other.created.After(q.now) || came(other.archived, q.now) || other.number <= from {
			continue
		}
		if len(found) == associationsPage {
			return found, next
		}
		next = other.id
		found = append(found, object{"toObjectId": other.number,
			"associationTypes": []any{object{"category": "HUBSPOT_DEFINED", "typeId": typeID(r.kind, kind), "label": nil}}})
	}
	return found, ""
}

func typeID(from, to string) int {
	ids := map[string]int{
		"contacts companies": 279, "companies contacts": 280, "deals companies": 341, "companies deals": 342,
		"tickets companies": 339, "companies tickets": 340,
	}
	if id := ids[from+" "+to]; id != 0 {
		return id
	}
	return 98
}

func sortedOwners() []string {
	owners := demo.Owners()
	slices.SortFunc(owners, func(a, b string) int { return strings.Compare(ownerID(a), ownerID(b)) })
	return owners
}
