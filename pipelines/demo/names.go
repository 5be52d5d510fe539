package demo

import (
	"fmt"
	"strings"
)

// industry is a line of business and how Brazilian companies in it call themselves: kind is what
// stands before the name.
type industry struct {
	id    string
	share int
	kinds []string
}

var industries = []industry{
	{"retail", 18, []string{"Lojas", "Magazine", "Casa", "Empório", "Comercial", "Atacadão"}},
	{"manufacturing", 15, []string{"Indústria", "Metalúrgica", "Usinagem", "Cerâmica", "Plásticos", "Têxtil"}},
	{"logistics", 13, []string{"Transportes", "Logística", "Expresso", "Armazéns", "Rodoviário"}},
	{"healthcare", 12, []string{"Clínica", "Laboratório", "Hospital", "Farmácias", "Centro Médico"}},
	{"education", 9, []string{"Colégio", "Faculdade", "Instituto", "Escola Técnica"}},
	{"construction", 9, []string{"Construtora", "Engenharia", "Incorporadora", "Pré-Moldados"}},
	{"agribusiness", 8, []string{"Agropecuária", "Fazendas", "Cooperativa", "Laticínios", "Grãos"}},
	{"financial_services", 6, []string{"Corretora", "Seguros", "Crédito", "Consórcio"}},
	{"technology", 6, []string{"Tecnologia", "Sistemas", "Soluções", "Dados"}},
	{"food", 4, []string{"Alimentos", "Padarias", "Café", "Frigorífico"}},
}

var brazilianNames = []string{
	"São Benedito", "Guimarães", "Conceição", "Araçá", "Ipê Amarelo", "Bragança", "Irmãos Magalhães", "Jatobá",
	"Itaúna", "Santo Antônio", "Três Corações", "Boa Esperança", "Vitória", "Paranaíba", "Gonçalves & Filhos", "Aliança",
	"Serra Azul", "Ribeirão", "Nossa Senhora da Glória", "Uirapuru", "Brandão", "Peçanha", "Litorânea", "Sertão Verde",
	"Mantiqueira", "Horizonte", "Caxambu", "Assunção", "Tucuruí", "Pinheirinho", "União Paulista", "Minuano",
	"Água Clara", "Iguaçu", "São João", "Esmeralda", "Camaquã", "Portão Velho", "Falcão", "Estância Nova",
	"Vale do Sol", "Jequitibá", "Avaré", "Curitibana", "Bom Jesus", "Sabiá", "Montenegro", "Guarujá",
	"Sampaio", "Piauí", "Catarinense", "Monções", "Lençóis", "Batalhão", "Primavera", "Tamoio",
}

var brazilianForms = []string{"Ltda.", "Ltda.", "Ltda.", "S.A.", "ME", "EPP"}

// abroad is how companies of another country are called: %s takes one word of each list.
var abroad = map[string]struct {
	first, second, forms []string
}{
	"US": {
		[]string{"Cedar", "Blue Ridge", "Northgate", "Lakeview", "Red Oak", "Summit", "Harbor", "Prairie", "Granite", "Silver Creek"},
		[]string{"Logistics", "Health", "Foods", "Manufacturing", "Retail Group", "Learning", "Builders", "Analytics"},
		[]string{"Inc.", "LLC", "Corp."},
	},
	"PT": {
		[]string{"Têxteis do Ave", "Conservas Mar Alto", "Vinhos do Douro", "Cerâmica de Aveiro", "Transportes Mondego", "Clínica Atlântico", "Moldes do Liz", "Azeites Trás-os-Montes"},
		[]string{"Norte", "Centro", "e Irmão", "Ibérica"},
		[]string{"Lda.", "S.A.", ", Lda."},
	},
	"MX": {
		[]string{"Grupo Ferretero", "Abarrotes", "Transportes", "Constructora", "Clínica", "Comercializadora", "Empacadora"},
		[]string{"del Bajío", "San Ángel", "Peñasco", "de Jalisco", "Cuauhtémoc", "del Río Bravo"},
		[]string{"S.A. de C.V.", "S. de R.L."},
	},
}

// owners look after the accounts.
var owners = []string{
	"Ana Cláudia Ribeiro", "Bruno Magalhães", "Débora Assis", "Fábio Conceição",
	"Joana D'Ávila", "Márcio Gonçalves", "Patrícia Leão", "Thiago Antônio Muniz",
}

// naming hands out company names and their domains, each once.
type naming struct {
	names, domains map[string]bool
}

func newNaming() *naming {
	return &naming{map[string]bool{}, map[string]bool{}}
}

// company names a company of an industry and a country that no other has, with its domain.
func (n *naming) company(chance *dice, line industry, country string) (name, domain string) {
	for try := 0; ; try++ {
		stem, form := n.stem(chance, line, country)
		if try > 20 { // the lists are used up: number the branches
			stem = fmt.Sprintf("%s %d", stem, try)
		}
		if n.names[stem] {
			continue
		}
		n.names[stem] = true
		if form[0] != ',' {
			form = " " + form
		}
		return stem + form, n.domain(slug(stem), country)
	}
}

func (n *naming) stem(chance *dice, line industry, country string) (stem, form string) {
	if lists, ok := abroad[country]; ok {
		return pick(chance, lists.first) + " " + pick(chance, lists.second), pick(chance, lists.forms)
	}
	return pick(chance, line.kinds) + " " + pick(chance, brazilianNames), pick(chance, brazilianForms)
}

func (n *naming) domain(stem, country string) string {
	ending := ".example"
	if country == "BR" {
		ending = ".com.br"
	}
	domain := strings.ReplaceAll(stem, "-", "") + ending
	if n.domains[domain] {
		domain = stem + ending
	}
	n.domains[domain] = true
	return domain
}

var plainLetters = strings.NewReplacer(
	"á", "a", "à", "a", "â", "a", "ã", "a", "é", "e", "ê", "e", "í", "i", "ó", "o", "ô", "o", "õ", "o",
	"ú", "u", "ü", "u", "ç", "c", "ñ", "n")

// slug is a name in small letters without accents, its words joined by hyphens.
func slug(name string) string {
	words := strings.FieldsFunc(plainLetters.Replace(strings.ToLower(name)), func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < '0' || r > '9')
	})
	return strings.Join(words, "-")
}
