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
export const stopWords: readonly string[] = splitList(
  'a about after again all also am an and any are as at be because been before being between both but by can could did do does doing done each few find for ' +
    'from get give had has have having he hello help her here him his how i if in into is it its just let like make may me might more most must my need no not now of off on once only or other our out over ' +
    'please same say she should show so some such tell than thank thanks that the their them then there these they this those through to too under until up use using very ' +
    'was we were what when where which while who why will with would write you your'
)
