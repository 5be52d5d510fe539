package company

// survey is a questionnaire: its scale, where it is asked and how often, in 10,000 a month.
type survey struct {
	name, touchpoint string
	least, most      int
	asked            int
}

var surveys = []survey{
	{"nps", "relationship", 0, 10, 3300},
	{"csat", "support", 1, 5, 2600},
	{"ces", "support", 1, 7, 1200},
	{"ces", "onboarding", 1, 7, 300},
}

var (
	praised = []string{
		"Adoro o sistema, muito fácil de usar", "Suporte excelente e rápido", "great support, easy to use", "O relatório ajuda muito a equipe",
		"Implantação tranquila, time atencioso", "it just works, very reliable", "Bom custo-benefício",
	}
	blamed = []string{
		"Muito caro para o que entrega", "O suporte demora demais para responder", "too expensive and slow support", "O sistema cai toda semana, instável",
		"Falta integração com o banco", "missing reports we need", "Difícil de usar, confuso", "onboarding was confusing",
	}
)

// answer asks the customer what is due in a month; a part of those asked answer, and a part of these say why.
func (c *customer) answer(from, to day) {
	for i := range surveys {
		s := &surveys[i]
		if !c.chance.odds(s.asked) {
			continue
		}
		sent := (from + day(c.chance.under(int(to-from)))).at(c.chance.under(86_400))
		text := append(c.invitations, c.newID("iv_", sent)+","+c.account.id+","+s.name+","+s.touchpoint+","...)
		c.invitations = append(appendMoment(text, sent), '\n')
		at := sent + moment(c.chance.between(600, 6*86_400))
		if at.day() > known || !c.chance.odds(4200) {
			continue
		}
		c.respond(s, at)
	}
}

func (c *customer) respond(s *survey, at moment) {
	width := s.most - s.least
	score := s.least + max(0, min(width, (c.mood+c.chance.between(-15, 35))*width/100))
	text := append(c.responses, c.newID("rs_", at)+","+c.account.id+","+c.account.id+"_p"...)
	text = append(appendInt(text, int64(c.chance.under(3))), ","+s.name+","...)
	text = append(appendInt(text, int64(score)), ',')
	text = append(appendInt(text, int64(s.least)), ',')
	text = append(appendInt(text, int64(s.most)), ",false,"...)
	if c.chance.odds(5500) {
		said := praised
		if (score-s.least)*10 < width*6 {
			said = blamed
		}
		text = append(text, `"`+said[c.chance.under(len(said))]+`. `+said[c.chance.under(len(said))]+`"`...)
	}
	text = append(appendMoment(append(text, ",,"...), at), ","+s.touchpoint+","...)
	if c.chance.odds(2500) {
		if later := at + moment(c.chance.between(3600, 9*86_400)); later.day() <= known {
			text = appendMoment(text, later)
		}
	}
	c.responses = append(text, '\n')
}
