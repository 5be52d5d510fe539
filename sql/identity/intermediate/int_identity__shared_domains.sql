/*
description: >
    Domains that many companies share, so that they tell none: those of public mail, and of the networks that people give
    as their site. What lies below one of them is shared too.
grain: one row per domain
key: [domain]
constant: true
*/
select shared.domain
from (
    values
        -- public mail, around the world
        ('gmail.com'), ('googlemail.com'), ('outlook.com'), ('outlook.com.br'), ('outlook.pt'), ('outlook.es'), ('hotmail.com'),
        ('hotmail.com.br'), ('hotmail.pt'), ('hotmail.es'), ('hotmail.fr'), ('hotmail.co.uk'), ('live.com'), ('live.com.br'),
        ('live.com.pt'), ('live.com.mx'), ('msn.com'), ('passport.com'), ('yahoo.com'), ('yahoo.com.br'), ('yahoo.com.ar'),
        ('yahoo.com.mx'), ('yahoo.es'), ('yahoo.fr'), ('yahoo.co.uk'), ('yahoo.co.jp'), ('yahoo.co.in'), ('ymail.com'),
        ('rocketmail.com'), ('myyahoo.com'), ('icloud.com'), ('me.com'), ('mac.com'), ('aol.com'), ('proton.me'), ('pm.me'),
        ('protonmail.com'), ('protonmail.ch'), ('tutanota.com'), ('tuta.io'), ('tuta.com'), ('gmx.com'), ('gmx.net'), ('gmx.de'),
        ('web.de'), ('t-online.de'), ('mail.com'), ('email.com'), ('zoho.com'), ('zohomail.com'), ('fastmail.com'), ('fastmail.fm'),
        ('hey.com'), ('yandex.com'), ('yandex.ru'), ('mail.ru'), ('qq.com'), ('163.com'), ('126.com'), ('naver.com'),
        ('orange.fr'), ('wanadoo.fr'), ('free.fr'), ('laposte.net'), ('libero.it'), ('sapo.pt'), ('mail.pt'), ('telefonica.net'),
        ('comcast.net'), ('verizon.net'), ('att.net'), ('sbcglobal.net'), ('btinternet.com'), ('mailinator.com'),
        -- public mail in Brazil
        ('uol.com.br'), ('bol.com.br'), ('terra.com.br'), ('ig.com.br'), ('globo.com'), ('globomail.com'), ('r7.com'), ('oi.com.br'),
        ('zipmail.com.br'), ('itelefonica.com.br'), ('superig.com.br'), ('pop.com.br'), ('click21.com.br'), ('brturbo.com.br'),
        ('veloxmail.com.br'), ('folha.com.br'), ('uai.com.br'), ('netsite.com.br'),
        -- what people give as their site
        ('facebook.com'), ('fb.com'), ('instagram.com'), ('linkedin.com'), ('twitter.com'), ('x.com'), ('youtube.com'), ('tiktok.com'),
        ('wa.me'), ('whatsapp.com'), ('t.me'), ('linktr.ee'), ('bit.ly'), ('goo.gl'), ('g.page'), ('sites.google.com'), ('docs.google.com'),
        ('example.com'), ('example.org'), ('test.com')
) as shared (domain)
