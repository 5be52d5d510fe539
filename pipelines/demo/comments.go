package demo

// remarks are what customers write, by language and by how content they are: gladly, so-so, angrily.
// They speak of price, support, stability, ease of use, integrations, onboarding, reports and taxes,
// with the spelling that people use.
var remarks = map[string][3][]string{
	"pt": {
		{
			"Suporte excelente, respondem rápido e resolvem.",
			"Muito fácil de usar, a equipe aprendeu sozinha.",
			"O fechamento do mês caiu de 12 para 4 dias!",
			"A emissão de NF-e nunca mais deu problema.",
			"Integração com o banco funciona muito bem 👏",
			"Recomendo. Bom custo-benefício.",
			"Os relatórios novos ajudaram bastante a diretoria.",
			"Implantação tranquila, a Débora acompanhou tudo.",
			"Sistema estável, não cai.",
			"Ótimo! Só falta o app para celular.",
		},
		{
			"Bom, mas poderia ser mais barato.",
			"Atende, porém os relatórios são limitados.",
			"Às vezes fica lento no fim do mês.",
			"Faltam integrações com o nosso ERP antigo.",
			"O suporte é educado, mas demora a responder.",
			"Interface um pouco confusa no começo.",
			"Treinamento foi curto; ainda temos dúvidas.",
			"ok",
			"Nem bom nem ruim. Uso só a parte \"fiscal\".",
			"O reajuste pelo IGP-M pesou.\nVamos avaliar na renovação.",
		},
		{
			"Muito caro pelo que entrega, estamos vendo concorrentes.",
			"Sistema cai toda semana, impossível fechar o mês.",
			"Suporte péssimo: 5 dias para responder um chamado urgente.",
			"Cobrança errada duas vezes seguidas!!!",
			"Bug na nota fiscal que ninguém corrige; multa da prefeitura.",
			"Lento demais. A tela de contas a pagar trava.",
			"Prometeram a integração na venda e até hoje nada.",
			"Difícil de usar, a equipe voltou para a planilha.",
			"Ninguém usa mais aqui.",
			"Implantação atrasou 3 meses.\n\nDecepcionado.",
		},
	},
	"en": {
		{
			"Great support, they actually pick up the phone.",
			"Easy to use; our team needed no training.",
			"Month-end close went from ten days to four.",
			"Solid bank integration, saves us hours.",
			"Good value for the price.",
			"Love the new reports.",
		},
		{
			"Good, but a bit pricey for small teams.",
			"Reports are limited; we export to Excel.",
			"Slow at month end.",
			"Wish it had a QuickBooks integration.",
			"It's fine. Some screens are only in Portuguese.",
		},
		{
			"Too expensive for what it does, we are \"looking around\".",
			"Downtime twice this month.",
			"Support takes days, even for urgent tickets.",
			"Billing mistakes again.\nPlease fix.",
			"Hard to use, people went back to spreadsheets.",
			"The integration we were promised never came.",
		},
	},
}

// comment is a remark that fits how content (0 to 100) the answer is.
func comment(chance *dice, language string, content int) string {
	level := 0
	switch {
	case content < 55:
		level = 2
	case content < 80:
		level = 1
	}
	return pick(chance, remarks[language][level])
}
