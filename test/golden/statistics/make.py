import json, numpy as np, scipy, scipy.stats as st, scipy.special as sp
P=[0.5001,0.6,0.75,0.9,0.95,0.975,0.995,0.9999,1-1e-6]
N=[1,1.5,2,3,3.7,5,8,13.3,30,99.5,1000,1e5]
o={"source":"scipy %s, test/golden/statistics/make.py"%scipy.__version__}
o["studentQuantile"]=[[p,n,float(st.t.ppf(p,n))] for p in P for n in N]
o["studentUpperTail"]=[[t,n,float(st.t.sf(t,n))] for t in [0,.1,.5,1,2,3.3,5,12,40] for n in N]
o["normalQuantile"]=[[p,float(st.norm.ppf(p))] for p in [1e-9,1e-4,.025,.3]+P]
o["normalUpperTail"]=[[z,float(st.norm.sf(z))] for z in [-3,-1,0,.2,1,1.96,2.99,3.01,5,8,20]]
o["logGamma"]=[[x,float(sp.gammaln(x))] for x in [.1,.5,1,1.5,2,3.3,10,55.5,1000,1e5]]
o["incompleteBeta"]=[[x,a,b,float(sp.betainc(a,b,x))] for x in [0,.01,.2,.5,.77,.99,1] for a,b in [(.5,.5),(1,3),(2.5,7),(15,.5),(40,60),(500,.5)]]
# order-statistic ranks (0-based): largest i with P(B<=i)<=tail, smallest j with P(B<=j)>=1-tail
r=[]
for n in [5,10,20,100,1000]:
  for p in [.5,.9,.95,.99]:
    c=st.binom.cdf(np.arange(n),n,p)
    lo=[i for i in range(n) if c[i]<=.025]; hi=[i for i in range(n) if c[i]>=.975]
    r.append([n,p,lo[-1] if lo else -1,hi[0] if hi else n])
o["quantileRanks"]=r
def holm(p):
  m=len(p);i=np.argsort(p);a=np.minimum(1,np.maximum.accumulate((m-np.arange(m))*np.array(p)[i]));z=np.empty(m);z[i]=a;return z.tolist()
o["holm"]=[[p,holm(p)] for p in [[.01,.04,.03,.005],[.2],[.5,.5,.9],[.001,.0001,.04,.011,.012]]]
json.dump(o,open("scipy.json","w"),indent=0)
