package sandbox

import (
	"slices"
	"strconv"
	"strings"
)

func (q *hubspotQuery) owners() answer {
	var results []any
	for _, name := range sortedOwners() {
		first, last, _ := strings.Cut(name, " ")
		results = append(results, object{
			"id": ownerID(name), "email": strings.ToLower(slug(first)) + "@prumo.example", "firstName": first, "lastName": last,
			"userId": 1, "createdAt": "2019-01-07T12:00:00.000Z", "updatedAt": "2019-01-07T12:00:00.000Z", "archived": false, "type": "PERSON",
		})
	}
	if q.values.Get("archived") == "true" {
		results = []any{}
	}
	return reply(200, object{"results": results})
}

func (q *hubspotQuery) propertyList(kind string) answer {
	if len(q.crm.lists[kind]) == 0 {
		return hubspotError(404, "OBJECT_NOT_FOUND", "Unable to infer object type")
	}
	var names []string
	for name := range q.crm.lists[kind][0].all(q.now) {
		names = append(names, name)
	}
	slices.Sort(names)
	var results []any
	for _, name := range names {
		results = append(results, object{"name": name, "label": name, "type": propertyType(name), "fieldType": "text",
			"groupName": "information", "hidden": false, "calculated": false, "archived": false, "hubspotDefined": true})
	}
	return reply(200, object{"results": results})
}

func propertyType(name string) string {
	switch {
	case name == "amount", name == "hs_value", name == "hs_object_id":
		return "number"
	case strings.HasSuffix(name, "date"), strings.HasSuffix(name, "timestamp"):
		return "datetime"
	case strings.HasPrefix(name, "hs_is_"):
		return "bool"
	}
	return "string"
}

// pipelines are the stages that a deal goes through.
func pipelines() answer {
	var stages []any
	for i, stage := range []string{"qualifiedtobuy", "closedwon", "closedlost"} {
		probability := []string{"0.4", "1.0", "0.0"}[i]
		stages = append(stages, object{"id": stage, "label": stage, "displayOrder": i, "archived": false,
			"metadata":  object{"isClosed": strconv.FormatBool(i > 0), "probability": probability},
			"createdAt": "2019-01-07T12:00:00.000Z", "updatedAt": "2019-01-07T12:00:00.000Z"})
	}
	return reply(200, object{"results": []any{object{"id": "default", "label": "Vendas", "displayOrder": 0, "archived": false, "stages": stages,
		"createdAt": "2019-01-07T12:00:00.000Z", "updatedAt": "2019-01-07T12:00:00.000Z"}}})
}
