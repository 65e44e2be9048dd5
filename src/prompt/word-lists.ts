/** Lists the words of generated values, and the words that carry no meaning. */
const splitList = (text: string) => text.split(' ')

export const firstNames = splitList(
  'Alice Bob Maria James Priya Chen Sofia Omar Emma Liam Noah Olivia Yuki Lucas Amara Elena John Jane Sarah David Anna Peter Laura Michael Carol Dave Eve Frank Grace Tom Alex Sam'
)
export const lastNames = splitList(
  'Garcia Smith Patel Nguyen Kim Johnson Rossi Okafor Müller Silva Tanaka Novak Brown Haddad Larsen'
)
export const cities: [city: string, region: string, code: string, country: string][] = [
  ['San Francisco', 'California', 'CA', 'United States'],
  ['Boston', 'Massachusetts', 'MA', 'United States'],
  ['Austin', 'Texas', 'TX', 'United States'],
  ['Seattle', 'Washington', 'WA', 'United States'],
  ['Chicago', 'Illinois', 'IL', 'United States'],
  ['Denver', 'Colorado', 'CO', 'United States'],
  ['Portland', 'Oregon', 'OR', 'United States']
]
export const countries = [
  'United States',
  'France',
  'Japan',
  'Brazil',
  'Germany',
  'Kenya',
  'India',
  'Canada',
  'Spain',
  'Norway'
]
export const streets = ['Maple Street', 'Oak Avenue', 'Market Street', 'Hill Road', 'Lake Drive', 'Station Road']
export const companies = ['Acme Corp', 'Northwind Traders', 'Blue Harbor Labs', 'Summit Foods', 'Cedar Analytics']
export const jobs = ['Software Engineer', 'Product Manager', 'Data Analyst', 'Teacher', 'Nurse', 'Architect']
export const colors = splitList('blue green red yellow purple orange teal white black')
export const languages = splitList('English French Spanish Japanese German Portuguese Hindi')
export const currencies = splitList('USD EUR GBP JPY CAD')
export const weekdays = splitList('Monday Tuesday Wednesday Thursday Friday Saturday Sunday')
export const months = splitList('January February March April May June July August September October November December')
export const categories = splitList('general travel food technology health finance education sports')
export const statuses = splitList('active pending completed open')
export const ingredients = [
  'flour',
  'sugar',
  'butter',
  'eggs',
  'milk',
  'salt',
  'olive oil',
  'garlic',
  'basil',
  'tomatoes'
]
export const steps = [
  'Gather everything that is needed.',
  'Go through the details one by one.',
  'Combine the parts and check the result.',
  'Look at the outcome once more and finish.'
]
export const sampleNouns = splitList(
  'garden river window market bridge lantern harbor forest mirror compass orchard notebook'
)

/** Frequent words without meaning for the topic of a prompt. */
export const stopWords: ReadonlySet<string> = new Set(
  splitList(
    'a about after again all also am an and any are as at be because been before being between both but by can could did do does doing done each few find for ' +
      'from get give had has have having he hello help her here him his how i if in into is it its just let like make may me might more most must my need no not now of off on once only or other our out over ' +
      'please same say she should show so some such tell than thank thanks that the their them then there these they this those through to too under until up use using very ' +
      'was we were what when where which while who why will with would write you your'
  )
)

/** Names of people that prompts mention, beside `firstNames`. */
export const moreFirstNames = splitList(
  'Ada Adam Ahmed Aisha Alan Albert Amy Andrea Andrew Ann Anne Antonio Barbara Ben Brian Carl Carlos Charles Charlie Chris Christine Claire Clara Claude Dan Daniel Diana Diego Ed ' +
    'Edward Elizabeth Ella Ellen Eric Eva Fatima Felix Fred George Hannah Harry Heidi Helen Henry Hiro Ian Ida Isaac Isabel Ivan Jack Jacob Jason Jean Jennifer Jessica Jim Joe ' +
    'Jonas Jose José Joseph Julia Julie Karen Karl Kate Katherine Kevin Kim Lena Leo Leon Linda Lisa Lucy Luis Luke Marco Marie Mark Martha Martin Mary Matt Matthew Max Mia Mike ' +
    'Mohammed Nancy Nina Nora Oliver Oscar Pablo Patricia Paul Pedro Rachel Raj Ravi Rita Robert Rosa Ruth Ryan Samuel Sara Sophia Sophie Steve Steven Susan Tim Tina Thomas Victor William Zoe'
)
/** Names of places that prompts mention. */
export const knownPlaces = [
  ...splitList(
    'Amsterdam Athens Atlanta Auckland Austin Baltimore Bangkok Barcelona Basel Beijing Bergen Berlin Bern Bogota Boston Brisbane Brussels Bucharest Budapest Cairo Calgary Chicago ' +
      'Cologne Copenhagen Dallas Delhi Denver Detroit Dubai Dublin Edinburgh Florence Frankfurt Geneva Glasgow Hamburg Hanoi Helsinki Houston Istanbul Jakarta Johannesburg Kyiv Kyoto ' +
      'Lagos Lima Lisbon Liverpool London Lyon Madrid Manchester Manila Marseille Melbourne Memphis Miami Milan Minneapolis Montreal Moscow Mumbai Munich Nairobi Naples Oslo Osaka ' +
      'Ottawa Oxford Paris Perth Philadelphia Phoenix Pittsburgh Porto Portland Prague Reykjavik Riga Rome Rotterdam Santiago Seattle Seoul Seville Shanghai Singapore Stockholm ' +
      'Stuttgart Sydney Taipei Tallinn Tokyo Toronto Turin Valencia Vancouver Venice Vienna Vilnius Warsaw Washington Zurich Zürich'
  ),
  ...['Buenos Aires', 'Cape Town', 'Hong Kong', 'Las Vegas', 'Los Angeles', 'Mexico City', 'New Delhi', 'New Orleans'],
  ...['New York', 'New York City', 'Rio de Janeiro', 'Salt Lake City', 'San Diego', 'San Francisco', 'San Jose'],
  ...['Sao Paulo', 'São Paulo', 'Tel Aviv', 'Kuala Lumpur', 'Saint Petersburg', 'Ho Chi Minh City']
]
export const knownCountries = [
  ...countries,
  ...splitList(
    'Argentina Australia Austria Belgium Chile China Colombia Cuba Denmark Egypt England Finland Greece Hungary Iceland Indonesia Ireland Israel Italy Mexico Morocco Nepal Netherlands ' +
      'Nigeria Pakistan Peru Poland Portugal Romania Russia Scotland Singapore Sweden Switzerland Thailand Tunisia Turkey USA UK Ukraine Vietnam Wales'
  ),
  ...['New Zealand', 'South Africa', 'South Korea', 'United Kingdom', 'Saudi Arabia']
]
export const knownLanguages = [
  ...languages,
  ...splitList(
    'Arabic Chinese Czech Danish Dutch Finnish Greek Hebrew Hungarian Indonesian Italian Korean Latin Mandarin Norwegian Polish Romanian Russian Swedish Thai Turkish Ukrainian Vietnamese'
  )
]
export const knownCurrencies = [...currencies, ...splitList('CHF AUD CNY INR SEK NOK DKK PLN BRL MXN KRW')]
export const knownColors = [...colors, ...splitList('brown gray grey pink violet gold silver cyan magenta beige')]

export const knownUnits = splitList(
  'celsius fahrenheit kelvin kilometers kilometres km miles meters metres feet foot inches inch centimeters cm millimeters mm yards kilograms kilos kg grams pounds lbs ounces oz tons liters litres ml gallons cups tablespoons teaspoons'
)
/** The rooms of a home. */
export const knownRooms = [
  ...splitList(
    'kitchen bedroom bathroom hall hallway garage basement attic office nursery pantry porch balcony garden'
  ),
  ...['living room', 'dining room', 'guest room', 'laundry room']
]

/** Verbs that begin a request, so that their capital makes no name. */
export const requestVerbs = splitList(
  'add analyze analyse apply arrange ask assign attach bill block book buy calculate call cancel change charge check choose classify close combine compare compute contact convert ' +
    'copy count create cut deactivate decide delete deliver describe divide download draw drive echo edit email enter evaluate explain extract fetch fill filter find fix fly forward ' +
    'generate get give go greet grade help identify increase insert invite invoice join label lend list load log look lower mail make mark measure meet merge message move multiply ' +
    'name notify note open order paint parse pay phone pick ping plan play please post print process push put quote raise rank rate read record reduce refund register remind remove ' +
    'rename repeat replace reply report request reserve reset resize retrieve return reverse review roll run save say scan schedule scrape search select sell send set ship show sign ' +
    'simplify solve sort split square start stop store submit subscribe subtract sum summarise summarize switch tag take talk tell text thank track transfer translate travel try turn update upload ' +
    'use visit wait wake walk want watch weigh withdraw write ' +
    'install uninstall upgrade downgrade deploy restart lock unlock mute unmute dim unsubscribe enable disable archive'
)
