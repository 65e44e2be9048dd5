/** Words that are one token each in every encoding, so that plain prompts are counted before a vocabulary is loaded. */

// Texts to search in, each word between spaces: a set of so many would take longer to make than to do without.
const joinWordLines = (words: string) => `${words.trimEnd().split('\n ').join('')} `

/** One token at the start of a text and after a space. */
const anywhereWords = joinWordLines(`
  Ab About Abstract Ac Acc Access According Account Act Action Activ Active Activity Ad Add Address Admin After Ag Age
  Ah Air Al Alert All Als Also Am An Anal And Ang Another Ant Any Ap Api App Application Apr Ar Arch Are Area Arg Arr
  Array Art Article As Ass Assert At Att Audio Aug Aut Auth Author Auto Av Available Aw Back Bad Bank Bar Base Basic
  Be Bed Before Ben Best Bet Big Bit Bl Black Block Blog Blue Bo Board Body Bon Book Boolean Border Box Br Break
  Buffer Build Bundle Bus Business But Button Buy By Byte Cal Call Can Cap Car Card Cart Case Cat Category Cell Center
  Cert Ch Change Channel Char Chat Che Check Child Children Cho City Cl Class Clear Click Client Close Cloud Co Code
  Col Coll Collection Color Colors Column Com Command Comment Comments Common Comp Company Component Con Cond Conf
  Config Connect Connection Cons Console Const Cont Contact Container Content Context Control Controller Convert
  Copyright Cor Core Cost Count Country Course Cr Cre Creat Create Created Criteria Cu Cur Current Custom Customer Da
  Das Dat Data Database Date Day De Debug Dec Def Default Del Delete Den Dep Der Des Description Design Det Details
  Dev Di Dialog Dictionary Did Die Dim Dir Direct Dis Display Div Do Document Don Double Down Download Dr Draw Drop
  Each Ed Edge Edit Editor Effect El Element Em Email En End Eng Engine Ent Enter Entity Environment Equ Er Error Es
  Est Et Even Event Every Ex Exception Exp Express Ext Fac False Family Fe Features Field Fil File Filter Fin Final
  Find Fire First Fl Follow Font Foot For Fore Form Found Fr Free Friday From Full Function Game Ge Gen Gener General
  Get Gl Global Go Good Google Gr Graph Great Grid Group Gu Guid Hand Has Hash Have He Head Header Health Hel Hello
  Help Here Het Hi High History Home Host Hot How However Http Ich Icon Id If Ik Il Ill Im Image Images Import In Ind
  Index Inf Info Information Initial Initialize Input Ins Inst Int Integer Intent Inter Intern Is It Item Java Je Job
  John Join Json Just Ke Key Kind Kit La Label Language Las Last Lat Layout Le Leg Les Let Level Lib Library License
  Light Like Line Link List Live Lo Load Loc Local Location Log Logger Login Long Look Los Ma Mac Mag Mail Main Make
  Man Management Manager Many Map Mar Mark Master Mat Match Material Math Matrix Max May Me Med Media Mem Member Menu
  Mer Message Met Method Mill Min Mobile Mock Mod Model Mon Month More Most Mov Movie Mult Mut My Na Name Nav Ne Need
  Net Network New News Next Ng No Node Non None Not Note Nov Now Number Ob Object Oct Of Off Oh Ok Old On Once One
  Online Only Op Open Oper Opt Option Optional Options Or Order Organ Original Os Other Our Out Output Over Pa Pack
  Page Pal Par Para Param Part Pass Password Pat Path Pay Pe People Per Perm Person Ph Phone Photo Pl Place Plan Play
  Player Please Plus Pod Point Pol Policy Pop Por Port Pos Position Post Posts Pour Power Pr Pre Pres Press Price
  Print Private Pro Process Produ Product Products Prof Profile Program Project Prom Prop Properties Property Public
  Qu Qual Que Query Question Radio Random Re React Read Real Rec Record Rect Red Ref Reg Region Register Rel Rem
  Remove Rep Report Request Res Resource Response Rest Result Ret Return Review Right Rob Room Rot Route Router Row
  Run Runtime Sa Sal Save Sc Sch Schema Screen Se Search Second Section Security See Seg Select Self Send Ser Serial
  Serv Server Service Services Session Set Settings Sh Share She Shop Short Should Show Si Side Sign Sim Simple Since
  Single Site Size Sk Sl Sm So Some Sound Source Sp Space Spec Special Speed Sql St Stand Standard Star Start Stat
  State Station Status Ste Step Stock Stop Storage Store Str Stream String Student Style Sub Success Super Support Sur
  Sw System Tab Table Tag Take Target Task Te Team Tele Tem Term Test Text Th Thank Thanks That The Then There These
  They This Thread Tim Time Times Title To Today Token Tool Top Total Tr Tra Trans Tree True Two Typ Type Um Un Und
  Under Unit Up Update Us Use User Users Util Val Valid Value Var Vari Vec Vector Ver Version Vi Video View Vis Vo Vol
  Was Watch We Web Week Weight Well Wh What When Where While White Who Why Widget Will Win Windows With Word Work
  World Write Year Yes You Your a aan ab ability able about abs ac acc accept access account ace ach act action
  actions activ active activity actor actual ad ada add adding addr address ade admin ads adv af aff after ag age
  agent ages ago agr ah ai aid aim air aj ak aka akan ako akt al ale alert alg ali all alla alle aller alloc allow
  alpha als alt am ama amb amen amer amount an ana anal anc anche and anda ander android ang ange angle anim ann ano
  anos ans answer ant ante antes anti any ao ap api app appe append application apply appoint appro ar arch are area
  aren arg args argument aria arm arr array art article arts as asc ask ass assembly assert asset assets assign
  assistant ast async at ath atr att attr attribute au auf aug aur aus aut auth author auto aux av available ave aw
  await away ax axis ay az b ba back background bad bag bal ball ban band bank bar bare bas base bat be bed begin bel
  ben ber bere bes best bet bg bh bi bij bin bind bit bl black blank ble block blog blue bo board body bol bon book
  books bool boolean boot bor border bot bound box boy br bra brand bre break bridge brief bro btn bu buf buffer bug
  build bul bur bus but button by byte bytes c ca cache cal call cam can cap car card care cart cas case cast cat
  catch category cb cc ce cel cell cent center cer cert ces ch cha chain change channel char charg charge chat che
  check checked cher chi child children cho choice ci cin city cl claim clar class classes cle clear click client clip
  close cloud cm cmd cn co code coin col coll collection color column com come comes coming comm command comment
  common comp company component components con cond condition conf config conn connect connection cons console const
  construct cont contact container contains content context continue contr control controller copy cor core cos count
  country course cout cover cr craft cre create created cred credit crit crypt cs ctx cu cul cur current custom
  customer cut cv cy cz d da dag dam dan dat data date dates dating day days db dd de debug dec decl def default
  define defined del delete dem den der des desc description det dev developer device df dh di dict die dim dir dis
  disabled display dit div do doc document dom don done door double down dp dr draw driver drop ds dt du dy e ea each
  ear earn eb ec echo ed edge edit editor ee een ef eff eg eh ei ej ek el ela ele element elig ell ella elle eller els
  else em email emb emp empty en enc end ended ending endl ends eng engine enn ens ent enter entity entr entre entry
  ents enum env ep eq er era ere erg err error errors erv es esa esc ese esk eso esp ess essa esse est esta este esto
  estr et eta eth ett ev event ever ex example exception execute exp expected export express ext extension extern ey
  eye ez f fa face faces fall false far fast fe fer fetch fi fic field fields fig fil file filename files fill filter
  fin final find fire firm first fit fix fl flag flex float flow fn fo fol fon font food foot for force fore foreach
  form format formation formed forms fort forward fr frame framework fre free friend from front fs ft fu ful full
  fully fun func function fur g ga gal game gan gang gar gas gb ge geb ged gel gen ger ges gesch gest get gew gi gl
  global go going google got gr gra grad grade graph gre green grid ground group gu gun gy h ha hab hal ham han hand
  handle hang har has hash hat he head header headers health heel height hel hell help hem hen her here hes het hi
  hidden hide high hin hip hl ho hol hold holder home hor host hot house how hr html http https hu hum hy i ia ib ice
  ich icon id ide ident idi idx if ig ign ih ik il ile ili ill ils im image images img imm immer imp impl import in
  inc include ind inde index inf info ing ini init initial ink inline inn inner input ins insert inst install instance
  int inte inter interest interface internal into io ip ir is iss issue ist it item items iter its itu iv iy iz j ja
  jack jan jar java je jo job join jour jours joy js json ju jud just k ka kal kan kap kar kat ke keep kel ken ker ket
  key keys kg kh ki kin king kit kl km kn known ko kol kom kor kr kt ku kur kw l la lab label lad lag lah lam lan land
  lang lap las last lat late lay layer layout le lect led left leg legal lem len length les less let lets letter leur
  leurs lev level li lib lic lie life lig light lights lik like lim limit limited lin line lines link list ll lle lo
  load loading loc local location lock log logger login logo lon long look loop los lose loss lot lov low lu ly m ma
  mac mag mail main mak make mal man manager mand map mar margin mark mas mask master mat match material math max may
  mb md me mean med media mel mem member men ment menu mer merc mes message met meta method mg mi mid min mis miss
  mission mit ml mm mo mod modal mode model models module mon mond month more mos most move mp ms msg mt mu mun mut my
  n na nal nam name names namespace nap nas nav nd ne neg nel nen net new news next ng nh ni nic nie night ning nn no
  node nom non none normal nos nost not note nov now np ns nt nu null num number ny o oa ob obj object oc occ och od
  odd oder of off offset og oh ok ol old older ole oli om on once onde onder one ones only ons ont onto oo ook op open
  oper operation operator opp opt option options or ora ord order ordered orders ore org organ original os ost ot
  other ou our out output ov over override overs own owned owner ox oz p pa pack package pad padding page pages pal
  pan panel paper par para param params pare parent park parse parser part pas pass password pat patch path pay pc pe
  ped pen per person pert pes pet ph phen phone photo pi pic pid pie pin pis pl place plan plant plate platform play
  player plays ple plot plt plugin plus pm po point points pol pon pool pop por port pos pose posit position post pot
  power pr pre prec press pret prev price prim primary print printf priv private pro process produ product products
  profile program project prop property props ps pt ptr pu pub public pun push put py q qu qual quality quantity que
  quel quer query quest question queue qui quot quote r ra rad ram ran rand random range rap rat rate raw raz rc re
  react read reader ready real reb rec rece record rect red redirect ref reg region register rel related rem remote
  remove ren render rep replace report req requ request require required res reset resource respond response rest
  result results ret return returns rez ri rich ride rig right ring ris rit river ro road rob rock rod rol role roll
  rom room rooms root rot rou rough round route router row rows rs ru rum run ry s sa save sc scale sch scope score
  screen script scroll se search sec second section sed see seg sel select selected selector self sem sen send ser
  serial serv serve server service services ses session set sets settings sex sh sha shared ship shop short shot
  should show si side sign sim sin since sing site sites size sk sl sm small sn so soft sol sole son sort source sp
  space span spec split spot sql src ss st sta stack stand standing star start stat state static status std ste step
  ster stock stone stop store str stream string strip strong struct student style styles su sub submit success sum
  summary super sv sw sy sys system sz t ta tab table tag tail tar target task te team tech teen tek tele tem temp
  template ten ter term test testing tex text tf th tha that the theme then thing this though thread throw throws ti
  til time ting tip title tl tmp to token ton too tool top tor total tr tra track train trait trans transform tras tre
  tree tri trib trim true try ts tu turn tx txt ty typ type typeof types u ua ub ud ug ui uint uit uk ul ult um uma un
  una und undefined under une unique unit uno uns unsigned unt unter up update updated upload upp ur urg uri url us
  usa use used user username users uses using uso ust usu ut utf util uu uur uw uz v va val valid validate validation
  valu value values van var vari variable vas ve vec vector ved vel ven vent ver verb verify vers version vert very
  vest vet vez vi via vice vid video view views vil ville vin vir virt virtual vis visible vision vl vm vo voice void
  voir vol volume voor vor vr vs vu vy w wa wal wall wan war was water way ways we web week weg weight wel well wen
  wer were werk west wh what when where which while white wi wide widget width wij will win wind window with wo wood
  word words work works worth wr wrap write www wy x xml y ya yard ye year yes yi yn yo you yr z za ze zelf zip zn zo
  zone zu zw
`)

/** One token only after a space. */
const afterSpaceWords = joinWordLines(`
  Aber Academy Administr Adv Aff Afr Africa African Airport Ale Alex Ali Alle Altern Although Amazon Amb Amer America
  American Americans Anda Android Angeles Ann Ans Apache Apple April Aqu Arab Arm Arts Ash Asia Ask Assembly Associ
  Association Ath Atl Aud Auf August Aus Aust Australia Australian Autom Award Bah Bal Ball Band Bang Barcelona Bas
  Bat Bath Bay Beach Bear Beaut Because Bel Ber Bere Berlin Bern Bes Bible Bid Bij Bill Bitcoin Blu Bob Bol Books
  Boston Both Boy Brand Brasil Bre Brit British Bro Broad Brown Bud Building Bul Bund Bur Cab California Cam Camp
  Canada Canadian Capital Care Carol Carolina Cas Casino Cast Cath Cent Central Centre Chair Champ Charl Charles
  Chicago Chief China Chinese Chris Christ Christian Christmas Chrome Church Civil Cla Clean Club Coast College
  Colorado Come Commission Commit Committee Commun Community Como Conference Cong Congress Consult Continue Cook
  Corpor Corporation Cou Coun Council County Cour Court Cov Covid Credit Cross Cru Crusher Cup Daily Dam Dan Daniel
  Dans Dar Dark Dating Dav David Deb December Delivery Dem Democr Department Deutsch Develop Development Deze Dies
  Digital Dire Director Disney District Dit Does Dog Dom Door Dou Drive Dur During Earth East Easy Econom Edition Educ
  Education Een Ein Ele Elect Ell Elle Emp Energy Engineering England English Esc Esp Ess Estado Estate Este Eth Euro
  Europ Europa Europe European Experience Expl Facebook Fair Fall Famil Far Farm Fast Feb February Federal Fern Fest
  Festival Film Finally Financial Flor Florida Fol Food Force Ford Fort Forum Foundation Four Fra Franc France
  Francisco Frank Fre French Front Fun Fund Further Future Gal Games Gar Garden Gas Geb Georg George Ger Germ German
  Germany Ges Gesch Gets Gew Gir God Gold Govern Government Grand Gre Green Gro Grund Guard Guide Hal Hall Ham Han Har
  Hard Harry Haw Hay Hen Her Hier Hil Hill His Hol Hom Hon Hope Hospital Hotel Hou House Human Ide Ihnen Ihr Ihre
  Illegal Illuminate Imp Inc India Indian Indones Initialized Inn Instagram Install Instead Instit Institute Insurance
  Integr International Internet Invest Iran Ireland Islam Island Israel Italian Italy Its Jac Jack Jackson Jah Jahr
  Jahren James Jan Jane January Japan Japanese Jean Jeff Jer Jersey Jes Jesus Jew Jim Joe Johnson Jon Jones Jos Jose
  Journal Jud Jul July Jun June Kal Kan Kar Kat Keep Ken Kim Kinder King Kingdom Kitchen Kle Know Kom Kon Kong Kont
  Kore Lab Labor Lake Land Law Lead League Learn Lee Lic Licensed Lie Life Lim Limited Lin Linked Linux Little Living
  London Lord Lou Louis Love Low Ltd Luc Maar Mach Machine Mad Made Madrid Mah Mais Maj Mal Mann Manufact March Maria
  Market Marketing Mart Martin Mary Mas Mass Matt Maybe Medic Medical Mel Members Men Mens Menschen Merc Mess Mex
  Mexico Mic Mich Michael Michigan Microsoft Mid Middle Mike Mil Mini Minister Mir Miss Mit Modern Monday Money Mont
  Mor Mot Motor Mount Mun Municip Mur Mus Museum Music Must Nach Nacional Nam National Natural Nederland Neg Niger
  Night Nor Nord North Nothing Nous November Nut Obama October Office Ohio Oil Olymp Ook Pac Pak Pan Paper Paris Park
  Party Pas Paul Paulo Ped Pen Penn Pers Personal Pet Peter Phil Photos Phys Pin Plant Pok Police Polit Pot Pra Pract
  Prem President Prime Priv Professional Promise Prote Prov Pur Put Quality Queen Quick Rad Ram Ray Reading Rece Ren
  Republic Research Returns Reviews Rich Richard Rights Rio River Road Robert Rock Rod Roll Rom Roman Ron Ros Rose
  Royal Rub Russ Russia Russian Saf Saint Sale Sales Sam Samsung San Sand Sant Santa Sar Sat Saturday Scanner School
  Science Scot Scott Sea Secret Sel Sem Sen Senior Sep September Series Sets Sex Shipping Sie Sil Silver Sin Sing Sky
  Small Smart Smith Soc Social Society Software Sol Solution Som Son Sou South Spanish Spe Spiel Spirit Sport Sports
  Spr Spring Square Staff States Steve Stone Story Street Stud Students Studio Such Sud Sun Sunday Sup Sus Sym Systems
  Tal Tar Tax Tech Techn Technology Teil Ten Ter Terr Tex Texas Their Therefore Thomas Those Three Through Thursday
  Thus Toast Tom Tools Tor Tour Town Toy Training Transport Travel Tre Trib Trip Trump Trust Try Tuesday Tur Turn
  Twitter Uhr Una Une Union United Unity Univers University Unless Unter Used Using Valley Van Veg Vegas Ven Vers Very
  Vict Vill Vin Vir Virgin Virginia Voor Vor Vous Wal Walk Wall War Wash Washington Wat Water Way Website Wednesday
  Wel Welt Wenn Wer West Western Whe Whether Which Wil Wild William Williams Wir Women Wood York Young Zeit aantal
  abandon aber above absol absolut absolute absolutely absor abstract abuse academic acceler accepted accessible
  accessories accident accommod accomp accompl accord according accounts accum accur accuracy accurate achie achieve
  achieved achter acid acknow acomp aconte acqu across activities actually adalah adapt adapter added addition
  additional addresses adds adequ adj adjust adm administr administration adopt adult adults advance advanced advant
  advantage advantages advent adventure advert advertising advice advis advoc affect affected affili affiliate afford
  affordable afin afternoon again against agencies agency agents aggreg agora agre agree agreed agreement agua ahead
  ahora ainda ainsi airport aktiv alarm album alc alcohol algo algorithm algun alguns align aliment alive alleen alleg
  alles allowed allowing allows almost alone along alors already also alta alter altern alternative although altijd
  alum always amazing among amor amounts ampl analy analysis ancient andere anderen anders androidx animal animals
  animated animation announced annual another answers anticip anx anxiety anymore anyone anything anyway anywhere aos
  apar apare apart apartment apenas aplic appar appeal appear appearance appeared appears applic applicable
  applications applied appointment appreciate approach appropriate approval approved approximately apps apr apresent
  apro aqu aqui arbe architect areas arguments arms around arrang arrangement arrest arrive arrived articles artist
  artists asked asking aspect aspects assess assessment assigned assim assist assistance associ associated association
  assum assume atau atmos atmosphere attached attack attacks attempt attend attention attorney attract attractive
  attributes auch aud audience audio aument aussi authorities authority authors autom automatic automatically autor
  autre autres availability avait avant avec average avez avoid avoir award aware awareness awesome axios bab baby
  bacter bags bah bak balance bang banks barr bars based basic basically basis basket bast batch bath bathroom batt
  batter battery battle bay beach bear beat beaucoup beaut beautiful beauty became because become becomes becoming
  bedroom been beer before beg began beginning begins beh behand behavior behind bei beim being bek belang belie
  belief believe believed belong below bem bench benef benefit benefits bent bereits besch beste beta better betting
  between bew beyond bez bias bid bien big bigger biggest bike bil bill billion binary binding binnen bio bir bird
  birth birthday bis bisa bits biz bless blij blo blocks blood blow boat bod bodies bold bom bomb bond bone bonus
  booking boost born borrow boss both bott bottle bottom bou bought bout bow boxes boys brain branch brands bread
  breakfast breast breath bright bring bringing brings broad broadcast broken brother brought brown brows browser buck
  bud budget buff builder building buildings built bundle burn business businesses busy butter buttons buy buying cab
  cable cad cada caf cake calcul calculate calendar calidad callback called calling calls camb came camera camp
  campaign campo campus cancel cancer candid candidate candidates cann cannot cant canvas capabilities capable capac
  capacity capital capt capture cara caracter carbon cards career carefully carr carried carry cars casa cases cash
  casino casinos caso casos casual catalog categor categories caught caus cause caused causes cela cele celebr
  celebrate cells central centre centro century cerca certain certainly certificate cet cette chair chall challeng
  challenge challenges challenging cham champ chance chances chang changed changes changing channels chapter chaque
  character characteristics characters charged charges chart cheap checking checks cheese chem chemical chez chicken
  chief chip chocolate choices choose choosing chose chosen chunk church cidade cir circ circle circuit circum
  circumstances cit cities citiz citizens ciudad civil claims classic clean cleaning clearly clicking cliente clientes
  clients clim climate clin clinical clock clos closed closely closer closing cloth clothes clothing club cluster
  coach coal coast cob coc cock codes coding coff coffee cold collabor collaboration colle collect collected
  collections colleg college coloc colon colors colour columns comb combat combination combine combined coment comerc
  comfort comfortable commands comme comments commercial commission commit commitment committed commonly commun
  communicate communication communities community como compact compan companies compar compare compared comparison
  compart compat compens compet competition competitive compl complaint comple complement complet complete completed
  completely completion complex compliance complic compos compr compreh comprehensive comprom compte comput compute
  computer comun comunic conc conce concentr concept concepts concern concerned concerning concerns concert concrete
  conditions conduct conducted conference confidence confident configuration confirm confirmed conflic conflict
  conform conhe conj conna connected connections conoc consc conse consegu consent conserv consider consideration
  considered considering consist consistent consists constant constantly constit construction constructor consult
  consum consumer consumers consumption conta contain contained containing contemporary conten contents contest contin
  continu continued continues continuing contra contract contrast contre contrib contribute contro controlled controls
  conv conven convenient convent conver convers conversation conversion convert cook cookie cookies cooking cool cop
  copies copyright corner corpor corporate corr corre correct correctly correspond corresponding cort cost costs cot
  cou could couldn coun counter countries county couple cour cours courses court cov coverage covered covers cra crash
  crazy cream creat creates creating creation creative crew cri crime criminal crisis criteria critic critical cro
  cross crow crowd cruc crucial crusher crushing cual cualquier cuando cub cuenta cult cultural culture cum cup curr
  currency currently cursor cust customers cute cutting cycle daar dabei dad dah daha daily dal dalam damage damit
  dance danger dangerous dann dans dapat dar dari dark das dass database datas dataset datetime datos daughter dav
  dead deal dealing deals death deb debate debe debt debut decade decades decent decide decided decir decis decision
  decisions deck declar decor decre ded dedicated deep defe defense defin definit definitely definition deg degree
  degrees dei deix dej delay deleted delicious delight deliver delivered delivery dell della delle delta demand democr
  demonstr dengan dent dental dentro dep depart department depend depending depends deploy depois deposit depth depuis
  dere desarroll describe described desde design designed designer designs desire desired desk despite dess dest
  destination destroy detail detailed details detect determin determine determined deux deve develop developed
  developers developing development devices deze dhe dia diabetes diagn dialog diam dias dib dic dice dich dictionary
  did didn died dies diese diesem dieser dieses diet dif difer diferentes diff differ difference differences different
  diffic difficult dig digit digital dik dil dimension dimensions din dining dinner dip dipl dire direct directed
  direction directly director directory direkt disable disappoint disc discount discover discovered discuss discussed
  discussion dise disease dish disk disp dispatch displayed dispon dispos disposit disse dist distance distinct distr
  distributed distribution district divers diverse division diz django doch doctor documentation documents doen does
  doesn dog dogs doing dois doit dok dol doll dollar dollars domain domestic domin donc donde donn dont doors dop dorm
  dos dose dot dou doub doubt dow download dra draft drag dram drawing dre dream dreams dress drink drive drivers
  driving dro dropped drug drugs dry dst due dump dumpster dun dur durable durante duration durch during dus dust dut
  duty dynam dynamic dys earlier early earned earth eas ease easier easily east easy eat eating echt econ econom
  economic economy edges edition educ education educational eens eer eerste efect effect effective effectively effects
  efficiency efficient effort efforts efter egg egy eig eigen eight ein eine einem einen einer eines einfach eing
  either elect election electr electric electrical electron electronic eleg elem elements eles elev elif eligible elim
  elimin ellos emails emerg emergency emit emot emotional emph employ employee employees employment empres empresa
  empresas enable enabled enables encontr encontrar encore encounter encour encourage encuent enemy energ energy enf
  engage engagement engineering enh enhance enjoy enjoyed enorm enough ensure entered enterprise entertain
  entertainment enth entire entirely entreg entreprene entries enumer environ environment environmental epis episode
  equ equal equip equipment equipo equipped equivalent erf erst ersten eru escape escol escort espa espec especial
  especially esper essay essential establish established estado estar estas estate estava estim estimated estos estud
  etc etwas euro euros evalu evaluate evaluation even evening events eventually every everyday everyone everything
  evid evidence evt exact exactly exam examples exc exceed excel excellent except excess exchange excited exciting
  exclus exclusive execut execution executive exem exerc exercise exhib exist existe existing exists exit expand
  expect expectations expenses expensive exper experience experienced experiences experiment expert expertise experts
  expl explain explained explan explic explicit explore expos exposure expressed expression extend extended extends
  extensive extent external extr extra extract extrem extreme extremely eyes fab fabric fac facil facilities facility
  facing fact factor factors factory facts fail failed failure fair faire fairly fait faith fake fal fam famil familia
  familiar families family famous fan fans fant fantastic farm fasc fashion faster fat father fault faut fav favor
  favorite favour favourite faz fazer fear feature featured features featuring federal fee feed feedback feel feeling
  feelings feels fees feet fel fell fellow felt fem female fert fest festival fet few fib fif fight fighting figure
  figures filled film films filters finally financ finance financial finden finding finds fine finish finished fir
  firms fis fish fitness fits five fixed flags flash flat flav flavor fle flexible flight flo flood floor flowers flu
  fluid fly fmt foc focus focused foi fois fold folder folks foll follow followed following follows fonction fond
  foods football foram forced forces forecast foreign forest forever forget forma formal former formula forth forum
  fot foto found foundation four fourth fprintf fra fragment fram freedom frente frequ frequency frequently fresh fri
  friendly friends fro fruit frustr fuck fue fuel fuer funcion functional functionality functions fund fundament
  fundamental funding funds funk funny furn furniture further fut future gaan gaat gab gain gallery gam gambling games
  gaming ganz gap garage garant gard garden gast gather gave gay gaz gear gebru gebruik geen gef gegen geh geht gek
  geld gem geme gender gene gener general generally generate generated generation generator generic genre gent gente
  genu gere gets getting gev gez gibt gift gifts gir girl girls give given gives giving glad glass gli glob goal goals
  gob god goed goede goes gol gold golf gone good goods gore goto gover govern governing government grab gradu
  graduate gran grand grande grandes grant granted graphics grass grat gratis gratuit grav great greater greatest grew
  gro groot grote groups grow growing grown growth grup grupo guarante guarantee guaranteed guard guess guest guests
  guid guidance guide guidelines guitar gust gut guy guys gym haar habe haben habit hac hace hacer had hair half hall
  handler handling hands happ happen happened happening happens happy hard hardware harm hasta hate hatte hav have
  haven having hay haz heading healthcare healthy hear heard hearing heart heat heav heavy heb hebben hebt hecho heeft
  held hele helped helpful helping helps hero hers herself hid hier higher highest highlight highly hij him himself
  hindi hire his hist histor historia historical history hit hits hoe hog hogy hoje holding holds hole holiday hom
  homem homes hon honest honor hoog hook hop hope hoping hora horas horm horr horse hospital hosting hotel hotels hour
  hours hous household houses housing however hoy href hub huge huis human humans hun hundred hundreds hur hurt hus
  husband hyp hyper idea ideal ideas identified identify identity iets ignore igual ihr ihre ikke illegal illness
  illustr imag imagine immediate immediately impact imper implement implementation implemented implements implied
  importance important importante impossible impress impressive impro improve improved improvement improving inch
  inches incident incl includ included includes including inclus income incor incorpor incre increase increased
  increases increasing incred incredible incredibly indeed independ independent indic indicate indiv individ
  individual individuals industrial industries industry infl influ influence inform information informed
  infrastructure ingredients inici initi initialize inj injury innov innovation innovative inputs inside inspir
  inspiration inspired instal installation installed instanceof instances instant instead instit institution
  institutions instr instruction instructions instrument insurance integer integr integrated intellig intelligence
  intended intens intent interact interaction interes interess interested interesting interests interior intern
  international internet interpret interval interview intr introdu introduced introduction inv invalid invent
  inventory invest investig investigation investment investors invol involved involves iron island isn isol isso
  issued issues itself jaar jag jak jam jamais javafx javax jaw jed jeg jest jetzt jew jobs jog joined joint jong jou
  journal journey judge jue jug juga jul jump jun jur jus jusqu justice justify kab kad kam kang kann kans kas kay
  keeping keeps keer keine kem kenn kept kernel kes keyboard khi kho kick kid kids kil kill killed kind kinds kir kita
  kitchen kle kleine knew know knowing knowledge knows koji kok komen kommer komt kon kont kop kort kos kost kosten
  kot krij kter kuk kul kun kunnen kunt kup kut laat labels labor lack lado lady lain lak landscape lange language
  languages laptop larg large larger largest laser lassen laten later latest launch launched lav lava law laws layers
  lbl lead leader leaders leadership leading leads league learn learned learning least leather leave leaves leaving
  lebih legend legis legisl legit legs leng lesson lessons lett letters levels leven lever libert libr library license
  licensed lid lieu lif lifestyle lift lighting ligne liked likely likes limitations limits linear linked links lip
  liqu liquid lis lista listed listen listener listening listing lists lit liter literature little liv live lived
  lives living llam lleg loaded loan loans located locations logging logic lok lombok longer looked looking looks lors
  losing lost lots love loved lovely loves lower lowest lub luck lucky lugar lui lum lunch lux luxury maar mach machen
  machine machines mad made magazine magic magn magnet mah mai mainly maint maintain maintenance maior mais maison maj
  major majority maka maken makes making male mam mana manage managed management managing mane manera mang manifest
  manip manner mant manual manufact manufacturer manufacturers manufacturing many mapping marca march marg marked
  marker market marketing markets marks marriage married mart mass massage massasje massive mata matches matching
  mater materials matrix matt matter matters mau maximum maybe mayor meal meals meaning means meant meas measure
  measures meat mechan medic medical medicine medio medium mee meer meet meeting meetings meg mehr meille meio mej
  mejor melhor memb members membership memory menc meng menj menos mens mensen mental mention mentioned meny mercado
  mere merge meses mesh mesmo mess messages metadata metal meter methods meu mga mic mich micro middle mig might migr
  migration mij mijn mik mil mile miles military milk mill million millions mim mind mine miner mineral minha mini
  minim minimal minimum mining minister minor minute minutes minutos mir mismo missed missing mist mix mixed mob mobil
  mobile mock modelo moder modern modified modify modo modules moet moeten mog mogelijk moi moins mois moist mol mole
  mom moment momento moments monde money monitor monitoring mont monthly months moo mor moral morning mort mortgage
  mostly mot mother motion motiv motor mount mountain mouse mouth mov moved movement moves movie movies moving moy
  much mucho mud muit muito mujer mul mulher mult multi multip multiple mund mundo municip mur murder mus muscle music
  musical muss must muy mys myself mysqli myst naar nach nacional nad nada nag naj nak named nan nar narr nat nation
  national native natur natural nature navigate navigation near nearby nearly neces necess necessarily necessary neck
  ned need needed needs negative nei neigh neighbor neighborhood nem nerv nett network networks neu neue neut never
  newly newsp nga nice nicht niet nieuwe nil nine niveau nivel nob noch nod nodes nog noise nok nombre nome nor norm
  normally nors north noted notes nothing notice noticed notification notre nou nous nouve nouveau nova novel novo
  nuclear nue nuest nuestra nuestro nuevo nullptr numbers numer numerous numpy nums nun nunca nur nut objective
  objects objet objetivo oblig obra observ observed obst obt obtain obtained obvious occas occasion occup occur
  occurred occurs oct offer offered offering offers offic office officer officers official officials often ohne oil
  olan olarak oldu omdat ongoing online onze opened opening operate operating operations opin opinion opinions oportun
  opportun opportunities opportunity oppos opposite optim optional organic organis organiz organization organizations
  organized orient orig origin originally oslo others otherwise otra otras otro otros ourselves outdoor outras outro
  outros outside outstanding overall owners paar pac packages packet pada pag paid pain paint painting pair pak pam
  pand pandemic pang pant pap papers parameter parameters parc parents parking parte partial partic particip
  participants participate particular particularly partie parties partir partner partners partnership parts party
  passe passed passing passion past paths patient patients pattern patterns paying payload payment payments pays pdf
  peace pel pela pelo pem pendant peng pens pent pentru people pep peque perce percent percentage perd perf perfect
  perfectly perform performance performed performing perhaps period perm perman permanent permet permission
  permissions permit pero pers persona personal personally personas personnel personnes persons perspective pesso
  pessoas petit peu peut peuvent pharm phase philosoph phot photograph photos phys physical pick picked pict picture
  pictures piece pieces pied pier pil pill pills pink pipe pit pitch plaats plac placed placeholder places plain plane
  planet planned planning plans plants plastic platforms played players playing please pleased pleasure plenty plug
  plusieurs pob poco pod podcast pode podem poder podr pointer pois pok poker polic police policies policy polit
  political politics poll poly pom pont poor popular population porn porno porque portfolio portion positions positive
  poss possess possibility possible possibly posted poster posting posts potential potentially pou pour pouvez pov pow
  powder powerful poz pra pract practical practice practices prakt precis pred predict prefer preferred prefix preg
  pregn prem premier premium prepar preparation prepare prepared pres presence present presentation presente presented
  presents president presidente pressure prest pretty prevent previous previously pri prices pricing prima primarily
  prime primeiro primer primera prin princip principal principles printed prior priority pris prison privacy privile
  prix prob probably probl proble problem problema problemas problems proc proced procedure procedures proceed proces
  processed processes processing prod produce produced production productos produits produk prof profes profesional
  profession professional professionals professor profit programa programme programming programs progress proj
  projects projet prom promise promot promote prompt pron proof proper properly properties propos propose proposed
  pros prot prote protect protected protection protein protest protocol proud prov prove proven provid provide
  provided provider providers provides providing prz przy psych publication publish published pued puede pueden puis
  pul pull pump punt pup pur purch purchase purchased purchasing pure purpose purposes purs puts putting python
  qualified qualquer quand quando quant quart quarter qued quelques quem questions quick quickly quien quiet quite
  quotes rac race radi radio radius rail rain rais raise raised rank rapid rapport rare rates rather rating ratio ray
  reach reached reaction readers reading readonly reality realiz realizar realize realized really rear reason
  reasonable reasons receive received receiving recent recently recher recht recipe recipes recogn recognize
  recognized recom recomm recommend recommendations recommended recon recorded recording records recover recovery
  recruit recycl rede redis redistribute redu reduce reduced reduction refer reference referred reflect reform refr
  refresh refund regard regarding regardless regional regions registered registr registration regul regular regularly
  regulations rein reject relacion relation relations relationship relationships relative relatively relax rele
  release released relev relevant reli reliable relief relig religion religious remain remaining remains remark
  remember remind removal removed rend renew renov rent rental repair repe repeat replaced replacement reply reported
  reporting reports repository repr represent representation represents reprodu reput reputation requested requests
  requirement requirements requires research researchers reserv reserved resid residential residents resist resistance
  resolution resolve resort resources resp respect respons responses responsibility responsible restaur restaurant
  restaurants restr resultado resulting resume retail retr retro returned returning reun rev reve revealed revenue
  reverse review reviews revis reward rib rid rien rights rise risk risks robot roles rond roof rose rotation rout
  routes routine roz rub rug rule rules rund running runs rust sab saber sac sad saf safe safety sag said sak sal
  salary sale sales salt sam same samen sample samples san sand sang sans sant sap sar sat satisf satisfied sau sav
  saved saving savings savoir saw say saying says scan scen scene sche schedule scheduled schema scheme schn scholar
  schon school schools science scient scientific scores scr scre sea searching season seat secondary seconds secret
  sections sector secure security seed seeing seek seeking seem seemed seems seen segment segu seguir segunda segundo
  sehr sei sein seine seit seja sek selbst sele selection sell selling semana semi sempre sender sending sendo senior
  sens sense sensor sent sentence seo separ separate sept sequence sera serie series serious seriously served serves
  servi serving sessions sett setting setup seu seus seven sever several severe sexual sexy shadow shall shape share
  shares sharing she sheet shel shell shift shipping shock shoes shoot shooting shopping shops showed shower showing
  shown shows shr shut sich sick sid sides sido sie siempre sig sight signal signature signed signific significant
  significantly signs sigu sil silver similar simpl simple simply sind single singles sink sino sir sis sist sistem
  sistema sister sit sitting situ situation situations six sizeof sizes skal skill skills skin skip sky sle slee sleep
  slight slightly slot slots slow slowly smaller smart smartphone smile smo smooth snap snel snow sob sobre soc soci
  social society socket software soil soit solar sold solic solid soll solo solution solutions solve som some someone
  something sometimes somewhere sondern song songs sono sont soo soon sor sorry sorted sou soul sound sounds sour
  sources sous south sow sowie spaces spe speak speaking special specialist species specific specifically specified
  spect speech speed spel spend spending spent spin spirit spiritual spl spo spons sport sports spr spread spring squ
  square staat stabil stable stad staff stage stake standard standards stands stars started starting starts stated
  statement statements states station statist statistics stats stay staying steel stem steps stick still stim stopped
  stor storage stored stores stories storm story straight strateg strategic strategies strategy stre streaming street
  strength stress stretch strict strings stroke structure structures strugg stud students studies studio study stuff
  stunning styl styled sua suas subject subjects submitted subs subscription substant substantial substit suc succ
  succeed successful successfully such sud sudden suff suffer sufficient sugar suggest suggested suggestions suggests
  suis suit suitable suite suiv sul summ summer sun sup superior supp supplement supplies supply support supported
  supporting supports supposed sur sure surface surg surgery surpr surprise surprised surround surrounding surv survey
  sus susp sust sustain svo swe sweet switch sym symbol sympt symptoms syn synchron synt syst systems tables tablet
  tack tags tah tai tak take taken takes taking tal talent talk talking tall tam tamb tan tang tank tant tanto tap
  targets tas tasks taste tat tau taught tax taxes tea teach teacher teachers teaching teams techn technical technique
  techniques technologies technology tecn teeth tegen tel television tell telling tells tema temper temperature tempo
  tempor temporary temps tend tener tent termin terminal terms terr terror terug tested tests tet texture than thank
  thanks their them themselves theory therap therapy there therefore therm these they thi thick thin things think
  thinking third thorough those thought thoughts thous thousands thr threat three through throughout thu thus ticket
  tickets tid tidak tie tiempo tiene tienen tight tijd tik tile till tim timeout timer times tin tiny tipo tips tir
  tit titles toch tod toda todas today todo todos toe together togg tok tokens told toler tom tomorrow tone took tools
  topic topics torch torn tort tot totally tou touch tough toujours tour tous tout toute toutes toward towards town
  tox trab trabaj trabajo trabal trabalho trace tracking tracks trad trade trading tradition traditional traff traffic
  trail trained training tran transaction transactions transfer transition transl transmission transport
  transportation trat trav travail travel treat treated treatment trees trem trend trends tres trial tried trigger
  trip tritur tro trong trop trou trouble trouver truck truly trust truth trying tub tube tudo tul tum tun tur turned
  turning turns tus tussen tut twe twee twice two typical typically ultimate unable underst understand understanding
  undert unf uniform union units univers university unknown unless unos unser unsere until untuk upcoming updates
  upgrade upon upper urban usage usar useful usual usually usuario utilis utiliz vac vacation vacc vag vai vak vale
  valor valuable variables variant variety various vary vast veel veg veget veh vehicle vehicles vend verd verg verk
  verm versch verschill versions vertical verv verw verz veter viagra vibr vict victory vida vide videos vie viel
  viele vier vig vill village vind vinden viol violence virus visit visited visiting visitors vista visual vit vital
  viv voc volt volunte vom von vos vot vote votre vou vous voy vra vrij vrou vul vulner waar wait waiting wake walk
  walked walking wallet walls want wanted wants waren warm warning warrant warranty wash wasn waste wat watch watching
  wave wax weak wealth wear wearing weather website websites wedding weekend weekly weeks weer weit weiter welcome
  wenn went werd werden wet whatever whe wheel whenever whether who whole whom whose why wid widely wie wieder wife
  wil wild willing windows wine winner winning winter wir wird wire wis wish withdraw within without witness woman
  women won wonder wonderful wor worden wordt worked worker workers working world worldwide worry worse worst would
  wouldn writ writer writers writing written wrong wrote wur wurde wurden yak yang yap years yellow yesterday yet
  yield yog yok young younger your yourself youth zak zal zam zap zero zich zien zij zijn zoals zona zonder zou zum
  zur zus zwei zwischen
`)

/** One token only at the start of a text. */
const startWords = joinWordLines(`
  Accept Actions Adapter Addr Agent Alg Align Alignment Allow Amount Angle Anim Animation Answer Args Argument Asset
  Async Attr Attribute Attributes Autowired Avg Axis Background Bag Balance Batch Bean Begin Beh Bind Binding Bitmap
  Bool Boot Bottom Bound Bounds Btn Buf Builder Buttons Bytes Cache Calendar Callback Camera Cancel Chain Changed
  Changes Character Chart Checked Clicked Cluster Cmd Collect Collections Columns Combo Compat Complete Components
  Condition Configuration Confirm Conn Constant Constants Constraint Constraints Constructor Contains Contract
  Controllers Controls Converter Copy Counter Cpp Criterion Ctrl Cursor Dao Decimal Definition Delegate Desc
  Descriptor Destroy Detail Device Dict Direction Directory Dispatch Distance Doc Domain Driver Dto Duration Elements
  Employee Empty Enable Enabled Enc Encoding Entities Entry Enum Enumer Enumerable Enumerator Env Equal Equals Err
  Errors Events Example Exists Exit Export Expr Expression Extension Extra Face Fact Factor Factory Fail Failed
  Failure Feature Fetch Fields Files Fill Fixed Flag Flags Float Flow Focus Folder Format Formatter Fragment Frame
  Framework Func Gap Generator Groups Gui Handle Handler Headers Height Helper Hit Holder Horizontal Html Ident
  Identifier Ids Idx Ignore Img Impl Implement Inflater Init Inject Insert Insets Instance Interface Internal Interval
  Inv Invalid Items Iter Iterator Keys Latest Layer Left Len Length Limit Lines Listener Loader Loading Lock Loop
  Lower Mapper Mapping Mask Memory Mesh Messages Meta Metadata Modal Mode Models Module Mouse Move Msg Multi Names
  Navigation Nodes Normal Notification Null Nullable Num Obj Objects Observer Offset Operation Operator Origin
  Override Own Owner Package Packet Pad Pages Pair Pane Panel Parallel Parameter Parameters Params Parent Parse Parser
  Pattern Payment Percent Performed Period Permission Picker Platform Plugin Pointer Points Pool Posted Pref
  Preferences Prefix Present Pressed Primary Processor Progress Props Protocol Provider Proxy Ptr Quantity Queue
  Radius Range Rate Rating Raw Reader Ready Receive Recent Reduc Reference Refresh Registry Regular Related Release
  Remote Render Renderer Repo Repository Req Required Reset Resolver Resources Results Role Root Rows Rule Sample
  Scale Scene Scope Score Script Scroll Sec Seconds Selected Selection Selector Sequence Serializer Servlet Setting
  Shader Shape Shared Sheet Slot Snapshot Socket Sort Span Sprite Stack Stage Statement Static Stats Strategy Strip
  Struct Styles Subject Submit Sum Summary Switch Symbol Sync Tags Temp Template Tests Texture Theme Throw Tile
  Timeout Timer Tip Toggle Touch Trace Track Transaction Transfer Transform Trigger Tube Types Updated Upload Upper
  Uri Url Usage Username Usuario Utils Validation Validator Values Variable Vel Vert Vertex Visibility Visible Visitor
  Visual Volume Wait Warning Welcome Width Window Wrapper Writer Xml Zero Zone aal aar aat aba aban abar abb abe abei
  abel aben abet abetes abi abil abilities abis abl abled ables ably abo abol abor abr aby aca acao acebook aced acer
  aces acha ache ached acher aches achine aching achment acht achten aci acia acias acin acing acio acion acional
  aciones acious acity ack ackage acked acker acket acking acks acle aco acon acter acters actory acts acy adan adas
  adata adel adem aden ader ades adh adi adian ading adio adius ado ador adora adores ados adow adr adt ady afa afe
  afi aga agan agar aged agem agement agen agens ager agers agg agger agi agination aging agma agment agn agne agon
  agra agram agraph ags agt agu ague agues aha ahan ahi ahl aho ahoo ahr ahren aign ail ailability ailable ailed ails
  aily ain aina aine ained ainer aines aining ainless ains aint aire aires airs ais ait aja ajax aje aji ajo aju ake
  aked aken aker akers akes akh aki akin aking akk aks akte akter aku aky ala alah alam alan alance aland alar ald
  aled alen alendar aler ales alf alia alian aling alis ality alk allas allback alled allel allen allenge allery allet
  alls ally alm alo alse alth alu alue aly amage aman amar amas amat amba ambda ame amed amel ament amente amento
  amentos amera ames amespace amework ami amiento amil amily amin amine aming aml amm amma ammen amment amo amos amp
  ampa ample amples amps ams amsung amt amu anager anan anas anca ance anced ancel ancement ancer ances anch ancia
  ancial ancing anco ancy ande anded anden andi andid andle andler ando andom andon ands andy ane anel anga angan
  anged angel angen anger angers anges angi anging ango angu anguage anguages angular anh ani ania anie anj anja anje
  ank anka anks anna anne anned anneer annel annels anner anni anning anno annot anny ansas ansion anta antal anted
  anten antic antity anto ants antu anvas anya anyak anye anz anza apa apan apat ape aped aper apers apes aph aping
  apo apon apons apore apped appen apping appy aps apse apsed apt apter aptop apture apy aque ara aram aran arc ard
  arda arde arden ardo ards ared arem ares arest aret arf arga arge arget argin argo argv ari arian arias aries arily
  aring ario arios aris ark arks arl arn arning arnings aro aron arp arrant arrow arry ars arse arta arte arten arter
  arth artment arty ary asa asan asant ase ased aser ases ash ashboard ashion asi asic asil asing asion asis asje aska
  asket asks asm aso ason asons asp assa asse assen asser assword asta aste asted aster asti astic asting asts asty
  asure asy ata atabase atal atalog atan atar atas ataset atch atches ate ated ateg ategor ategoria ategories ategory
  ategy ately aten ater aterial atern ates ateur ateurs atever ateway atform athan ather athi ati atic atically atie
  atif atile atin ating atio ation ational ations ationship atis atisf ativ ativa ativas ative atively atives ativo
  ativos ato atomic ator ators atory atos atra atre atrix atro ats atta atte atted atter attern atti attle atu atur
  atura atural aturday ature atures aturing atus aty atz auc aucoup auer ault aupt aurant ause ava avad avascript
  avatar aved avel aven aver aves avi avig avigate avigation avigator aving avior aviour avo avor avorite avy awa awn
  aws axy aya ayan aye ayed ayer ayers aying ayload aylor ayment ayo ayout ays aza aze azi azine azione azo azy azz
  baar bagai bean bec beeld beit berg berry bers bert bie bild bine blem bling bootstrap bour brid bst bum burg cale
  ccess ccion cean ced cedure ceed cellent celona cem cen cept ception ceptions ceptor cess cesso chaft chan chant
  checkbox ched chedule cheduler chema cheme chen ches chester chn chool chor chos chron cht chte chten chter chts cia
  cido cie cil cing cio cion cip cken cla claimer claration cles clipse closure clud clude cluded cludes cluding clus
  clusion clusive cmp cohol conds conom cope cord cores covery cpp cpy creen creens crement cret crete crets cribe
  cript cription criptions criptor cripts cry css ction ctions ctor ctors ctr cue cular culate culator curity cycl
  dated dbc ders dropdown duc duce duct duction dux ead earch earning eca ecause ech ect ection ector ecurity ecute
  eda edback edd ede edef eden eder ederal edere edi edia eding edom edor eds edy ees efined efore eft ega egen egin
  ego ehicle eka eken eker eko eks ekt elcome eld elen elenium eler elf eli elijk elijke eline elines eling ellen
  elles elli ellig elling ello ellow ells ellt elly eln elo elt elta ely ema emaakt emand ember embers embre embro eme
  emen ement emente ements emi emo emon emory emos empl emplate emplo empo empre ems emy ena ename enance enant enas
  ence enced encer ences enci encia encial encias encies encing encode ency enda endant endar ende enden endent ender
  enders endi endif endo endor endregion ene ened enen ener eneral enerate enerated eneric enga engan enge enger engo
  ength eni ening enk enne ennes ennis enny eno ensa ensch ense ensed enses ension ensions ensity ensive enso ensor
  ensus enta ental ente ented entes enti ential entials entication entina ention entities entlich ently ento enty enu
  eny enz enza eper eps equals eral eras erc erca erd erde ered erek eren eres eri erial eries ering erk erm erman ern
  ernel ero eros erring erry ers ersion ersist ersistence erson ert erta ertain erte erten erto ervation erve erved
  ervice ery esch escription esh esi esis esome essage essages essen esser ession essional essions esso essor ested
  ester esterday esti estic estination estion estroy ests etadata etail etails etch ete eten eter eters ether ething
  ethod eti etic etime eting eto etr etrics etry ets etta ette eturn etwork ety etz etzt eur eurs exports expr falls
  fas fect fection fen ference ferences ferred ffect ffen ffer ffff flix folio foo footer forcement ford formance
  fortunately fox ften fter ftware gage geben gers ght gie gin ging github gle gment gnore gos gram greg gres gress
  gypt halb halt halten haps haus haust heck hed heet heid heim heit helper herit hetic hex hib holders hood hos hou
  hover htt iad iah iais ial iale ialis ialog ials iam iams ian iana iance iano ians iao iar ias iat iate iation iba
  ibe iben iber ibi ibil ibility ible ibles ibli ibly ibr ibrary ibt ibus ica icago ical ically icamente ican icans
  icas icate icated ication icator iced icense icer ices icha ichael iche ichen icher icht ichte ichten ichtig ici
  icia icial ician icians iciency icient icing icio icion icional iciones icios icious icip ick icken icker icket
  ickets icks icky icle icles ico icode icol icons icos icro icrosoft ics ict icted iction ictionary ictions icture
  icy ida idad idade idades idas iday idd idden iddle iddleware ided iden idence idente idential idents ideo ideos
  ider iders ides idge idget iding idity ido idor idos ids idth iece ied iedad iedade ieder ief ieg iek iel ield ields
  iele iem ien ience iences iendo iene ienen ienne ient iente ientes iento ientos ientras ients ier iera iere ieren
  ieron iers iert ierte ierung ies iest iet ieten ieu ieurs ieux iev ieve ieved iew iez ifa ife ifer ifest ifestyle
  iff iffer ifi ific ificar ificate ification ifications ificial ified ifier ifiers ifies ifik iform iforn ifornia ifs
  ift iful ify ifying iga igan ige igen iger igger igh ight ighter ights igi igin iginal igit igital igkeit igma igned
  ignment igo igos igr igration igs igt igu igue igure ihan ija ijd ije iji ijk ijke ijken ijn ijo iju ika ikan ike
  ikel iken iker ikes ikh iki iking ikip ikipedia ikk iko iks ikt iku ila ilar ilation ild ilder iled ilen ilename
  iler iles ilet iliar ilig iling ilities ility illa illas ille illed iller illes illi illing illo ills illy ilo ilor
  ilos ilst ilt ilter ily ima imal imary imas imate imately imation imb ime imen iment imento imentos iments imer imes
  imest imestamp imi imiento imientos imin iminal imit imize imming imo imon imos imple ims imu imum ina inal inar
  inary inas inate inated ination inations ince incip incipal inct inda inden inder indi inding indo indow indows inds
  ine inecraft ined inem inen iner ines inese iness inet inge ingen inger ingers ingle ingly ingo ings ington ingu inh
  inha inho inin ining inition inity iniz innen ino inois inos inq insi inta intage inton ints inue iny iod ion ional
  ione iones ioni ions ior iores ios iostream ious iously ipa ipe ipeline iper ipes iph ipher ipient ipl iple ipment
  ipo ipp ipped ipping ips ipt iqu ique iques ira iran iras iration irc ircle ird ire irebase irect irection irectory
  ired irement ires iri iring irit irk irl irm irma iro iros irs irst irt irth irts irtual irus iry isa isan isation
  isc isch ische ischen ischer isco ise ised isen iser ises ish isha ished isher ishing isi isin ising ision isis isk
  iske isl ism isme ismo iso ison isp issa issance isse issement issen isset issing ission issions ista istan istance
  istant istas iste isted isten istent ister istes istic istics isting isto istor istory istr istration istrict istro
  istry ists isu ita itable itage ital itals itan itar itary itas itat itate itation itch itchen ite itect ited iteit
  itel iten iteral iterator ites itet ith ither ithub iti itial ities iting ition itional itionally itions itis itive
  itle itled itness ito itor itories itors itory itos itr itra itt itted itter itting ittle itud itude itur iture ity
  itz ium ius iva ival ivalent ivas ivate ive iveau ived ivel ively iven iveness iver ivers iversary iverse iversity
  ivery ives ivi ivid ividual ivil iving ivity ivo ivos ivot ixa ixed ixel ixels ixo iya iza izable izado izar izard
  ization ize ized izen izer izes izi izing izo izz izza jango jas ject jection jem jen jer jes jet jon jos kaar keit
  keiten kins kommen kov ksi kte ktop kwargs lagen lands lar lass lation lean lear lease lected lection ledge lee leep
  legate lege legen lei leich lek lement lements ler leri lers lete leted letes lette lex ley lez lia lias lica
  lication lications lice lich liche lichen licht licit lick lijk lined ling lish lla loader loat localhost lood loor
  lor lung lying lymp lyn lyph maal mann mediate mek mentation mente ments merce mercial ming missions mitt mitted
  mons nah napshot navbar nbsp nda ndef nder nea nect nection nee neh nehmen nej nek nement ner ners nes ness ney nia
  nih nik nim nis nosti notation nte nten nung nya nych oad oard oba obby obe ober obil obile obo obre obs oca ocal
  ocation oci ocial ocity ock ocker ocket ocks oco ocol ocolate ocom ocr ocs ocument ocus oda oday ode oded odel oden
  odes odge odi odigo oding odo odos odule ody oes oga ogen oggle ogle ogn ogo ograf ogram ograph ographic ography ogy
  ohl ohn oid oin oint oir ois oit oka oke oked oken okens oker okes oking oko oks oku ola olar olean olen oles olf
  olic olid olis oll ollen ollow olo olog ologia ological ologie ologies ology ols olu olution olve olver oly oma
  omain oman omas omb ombre ome omen oment omer omet ometer ometimes ometry omi omic omin omm ommen omo omp oms ona
  ond onda onden onders ondon onds oney ong onga ongo ongoose ongs oni onia onic onn onna ono onom onte onth ony onym
  onymous ood oods oogle ookie ooks ool ools oom oon oor oot opa ope oped oph ople opped opping ops opy opyright
  orable orage oral oration orce ordan orde orden ordin ordinate ordinates ording ords ored orem oren orer ores oret
  orf orge orgen orgeous ori oria orial orie ories oring orizontal ork orld orm ormal orn orney orno oro orough orp
  orr orrow orry ors orse ort orte orted orth orum ory osa osc ose osed osen oses osh osi osing osis osition oso osp
  ospital oss ossa osta osten oster osti osto oston ostream ota otal ote oted oten oter otes oth oti otic oting otion
  oto otor otos ots ott otte ottom otype oub ouble ouch oud ough ought oul ould oun ounce ound ounds ount ounter
  ountry oup ource ources ourn ournal ours ourse ous ouse ousel ously oute outer outes outh outing outs outube ouv
  ouver ova ove oved oven overn oves ovi ovie ovo owa owe ower owers owl ows oyal pace parator pared pear peat pec
  pecial pecific pect pected pection pective pects peed peg pend perature pez pha phan phere phones php ping pio pite
  placement plates plement pler plete pleted pletion plex pliance plied plier pliers plies pling plit ploy ployment
  plugins ply pond ponent ponents pons ponse porte ports portun poses pository posta pped pping pragma pression pring
  prise prite pth ption pty pute puter qli qrt quals quare quence quences quent quential ques quet quier quir quire
  quired quis quisition raf raft rag raid rait ral rame raph rapper rar ras rawing razil rea reak ream reas reat reate
  redict redit ree reen rees reet refix reh rei reich rek reland reme rench resa resent resentation resents resh
  reshold ress resse ressed ression retch rew rey ria riage rian ric rics rie ried riend riendly riends rier riers rif
  rift rij rijk ril rin rior riority rique rir rist rite riter riteria riterion riting ritt ritten rix rodu rog rogen
  roid roit rok roke roller rollers rome ron ronic rop roph ror ros ross rote rought roup roupe roups rov rown rowse
  rowser roy rray rror rupt rupted rypt scape scribe scription sect semble sembly sert shal ships stan stance stances
  stant stead stein stell stellen sten sters stit stitution stmt sto ston stra stract strap struction structions
  structor strument stylesheet subscribe swer tain tbody ted tee teil tempt terior tern ternal ters tery tes ther
  thern thers tings tion tml tract traction trag translation tribute tributes tribution tries tring trl tti ttp tty
  typedef typename ual ually uan uar uario uat uba ubb ubble ube ublic ubs uccess uce uch uchen ucht uck ucket ucky
  uct uction uda udad udd ude udent udes udi udio udo ued uego uel uelle uen uent uer ues uesday uest uestra ufact uff
  uffer uga ugal ugar uge ugg uggest uggle ugin ugins ugs ugu uhan uid uil uild uilder uilt uing uir uis uite uits uje
  uka ukan uke uki uko ukt uku ula ular ulas ulate ulated ulation ulations ulator uld ule uler ules uli uling ull ulla
  ulle ullen ulo ulos ulp uls ulti ultip ultural ulture ulty ulu ului uly uman umas umb umber umbn umbnail ume umen
  ument uments umer umeric umes umi umin umm ummer ummy umn umo ump umps ums umu unal unan unately unc unch unched
  unci unction unda unday unde unden undi undle undo unes ung unga ungan unge ungen ungs uni unik unk unn unning unque
  unta unte untime unto untu unu upa uper uple uplic upport upported ups ura ural uran urance uras uration urb urch
  urchase urd ure ureau ured uren urer urers ures uridad uries uring urn uro urr urrency urrent urs ursday ursor ursos
  urt urther uru ury uset useum ush ushed usher ushing usi usic usiness usion usr uss ussen uste uster ustom ustomer
  ustr ustry uta utch ute uten uter utes uth uthor uti utils ution utions uto utos uts utt utter utton uture utz uzz
  vat veis velle velop vement venir vens vention ventory venue verage vere verse verter ves vey vider ving vious viron
  vironment visor voke volution ward wards ware wart webpack wed ween weet wei weise wend wers wert wich wick wing
  wise witch witter wner woord wort xff ximo xis yal yan yar ych ycl ycle yect yer ying yle yled yles yll ymbol ynam
  ynamic ync ynchron yntax yny yon yor ype ypes ysis ysql yst ystal ystem yth ython zed zeit zek zel zen zent zer zet
  zeug zie zig zin zing zione zoek
`)

const markTokens = new Set(['.', ',', '!', '?', 'A', ' A', 'I', ' I'])

/** Whether a text, with the space before it if there is one, is one of them. */
export function isSingleToken(token: string): boolean {
  if (markTokens.has(token)) return true
  const startsWithSpace = token.startsWith(' ')
  const word = startsWithSpace ? token.slice(1) : token
  if (word.includes(' ')) return false
  return anywhereWords.includes(` ${word} `) || (startsWithSpace ? afterSpaceWords : startWords).includes(` ${word} `)
}

/** All of them. */
export function listSingleTokens(): string[] {
  const listWords = (text: string) => text.trim().split(' ')
  const addSpaces = (text: string) => listWords(text).map(word => ` ${word}`)
  return [
    ...markTokens,
    ...listWords(anywhereWords),
    ...addSpaces(anywhereWords),
    ...listWords(startWords),
    ...addSpaces(afterSpaceWords)
  ]
}
