package demo
import ("testing";"os";"encoding/csv";"time";"fmt";"crypto/md5";"path/filepath")
func rd(t *testing.T,f string) ([]map[string]string){ h,_:=os.Open(f); defer h.Close(); rows,err:=csv.NewReader(h).ReadAll(); if err!=nil{t.Fatal(err)}
 var out []map[string]string
 for _,r:=range rows[1:]{m:=map[string]string{}; for i,c:=range r{m[rows[0][i]]=c}; out=append(out,m)}; return out}
func TestScratch(t *testing.T){
 end:=time.Date(2025,8,31,0,0,0,0,time.UTC)
 c:=New(Options{Seed:8,End:end})
 dir:=t.TempDir(); c.WriteCSV(dir)
 fs,_:=filepath.Glob(dir+"/*.csv")
 for _,f:=range fs{ a,_:=os.ReadFile(f); b,_:=os.ReadFile("/tmp/sandbox/demo8/data/"+filepath.Base(f)); if md5.Sum(a)!=md5.Sum(b){t.Error("bytes changed",f)}}
 b0:=time.Now()
 for _,undated:=range []bool{true,false}{
 tr:=c.truth(ledger{known:dayOf(end),undated:undated})
 fmt.Println("truth took",time.Since(b0))
 got:=map[string]string{}
 for _,r:=range rd(t,"/tmp/sandbox/demo8/out/csv/account_period.csv"){ if r["grain"]=="month"&&r["closing_mrr"]!="0.0000"{got[r["account_id"]+r["period_start"]]=r["closing_mrr"]}}
 bad:=0
 for _,a:=range tr.Accounts{ for m,v:=range a.MRR{ if got[a.Account+m]!=v.String(){bad++; if bad<40{fmt.Println(a.Account,m,"truth",v,"got",got[a.Account+m])}}; delete(got,a.Account+m)}}
 for k,v:=range got{bad++; fmt.Println("extra",k,v)}
 fmt.Println("bad",bad)
 mm:=map[string]map[string]string{}
 for _,r:=range rd(t,"/tmp/sandbox/demo8/out/csv/mrr_rollforward.csv"){ if r["grain"]=="month"&&r["dimension"]=="all"{mm[r["period_start"]]=r}}
 for _,m:=range tr.Months{ r:=mm[m.Month]; w:=fmt.Sprint(m.Closing,m.Accounts,m.New,m.OpeningBook,m.Reactivated,m.Churned); g:=fmt.Sprint(r["closing_mrr"]," ",r["closing_accounts"]," ",r["new_accounts"]," ",r["opening_book_accounts"]," ",r["reactivated_accounts"]," ",r["churned_accounts"]); if w!=g{fmt.Println(m.Month,"truth",w,"got",g)}}
 ns:=map[string]map[string]string{}
 for _,r:=range rd(t,"/tmp/sandbox/demo8/out/csv/survey_scores.csv"){ if r["grain"]=="month"&&r["dimension"]=="all"&&r["survey"]=="nps"&&r["touchpoint"]=="all"{ns[r["period_start"]]=r}}
 for _,n:=range tr.NPS{ r:=ns[n.Month]; w:=fmt.Sprint(n.Promoters,n.Passives,n.Detractors); g:=r["promoters"]+" "+r["passives"]+" "+r["detractors"]; if w!=g{fmt.Println(n.Month,"nps",w,g)}}
 fmt.Println(len(ns),len(tr.NPS),len(mm),len(tr.Months))
 }
}
