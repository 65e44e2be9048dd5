/**
 * Fifty short documents of one company, each with a question that it answers. Every document shares content words with at least two
 * questions about other documents. Questions marked `forms` share no whole content word with their document, only forms of its words.
 */
export interface RetrievalRow {
  document: string
  question: string
  forms?: true
}

const row = (document: string, question: string, forms?: true): RetrievalRow => ({ document, question, forms })

export const retrievalRows: readonly RetrievalRow[] = [
  row(
    'Every employee receives 25 days of paid vacation a year. Days that are left expire at the end of March.',
    'How many days of vacation does an employee receive in a year?'
  ),
  row(
    'If you are ill, call your manager before nine. After the third day, bring a certificate from your doctor.',
    'Illness: which doctors certify it, and how are managers called?',
    true
  ),
  row(
    'Customers may return an order within 30 days. The refund goes to the card that paid for the order.',
    'How can customers return an order and get a refund?'
  ),
  row(
    'Parcels are shipped from the warehouse in Rotterdam. A parcel to Norway needs four days.',
    'Shipping to the Norwegians: do warehouses post it?',
    true
  ),
  row(
    'Passwords have at least twelve characters. Change your password when a laptop was stolen.',
    'What must a password look like, and when do I change it?'
  ),
  row(
    'The printer on the second floor prints in colour. A large order needs two days.',
    'Which floor has the printer that prints in colour?'
  ),
  row(
    'Employees park bicycles in the basement. Its gate opens with your card, by day and by night.',
    'Is there parking for a bicycle?',
    true
  ),
  row(
    'The company books travel by train in second class. Flights need the approval of your manager, for they cost more.',
    'Who approves flying, and which travellers book trains?',
    true
  ),
  row(
    'Hotels cost at most 140 euros a night. Keep the receipt, and send it with your expenses.',
    'How much may a hotel cost a night?'
  ),
  row(
    'Expenses are paid with the salary of the next month. Send your receipts before the twentieth.',
    'When are expenses paid, with which salary?'
  ),
  row(
    'A new laptop is ordered after four years. The old laptop goes back to the help desk.',
    'After how many years is a new laptop ordered?'
  ),
  row(
    'The help desk answers between eight and six. Write to the help desk, or call 4400. It repairs every laptop on its own floor.',
    'How do I write to the help desk or call it?'
  ),
  row(
    'Backups of all servers run at night. A restored file is ready on the same day.',
    'How is a server backed up, and how long does restoring files need?',
    true
  ),
  row(
    'Invoices are due after 14 days. Reminders cost five euros, and go out by post.',
    'When is an invoice to be paid, and what does a reminder say?',
    true
  ),
  row(
    'Gift cards are valid for three years. A gift card cannot be exchanged for money.',
    'Can I exchange a gift card for money?'
  ),
  row(
    'The canteen serves lunch from noon to two. Pay with your card at the till.',
    'At what time does the canteen serve lunch?'
  ),
  row(
    'Visitors sign in at the reception and receive a yellow card. Employees accompany visitors at all times.',
    'How is a visitor signed in, and who accompanied them?',
    true
  ),
  row(
    'Meeting rooms are reserved in the calendar. A room that stays empty for ten minutes of its time is free: take it.',
    'How do I reserve a room for meetings?'
  ),
  row(
    'In a fire, leave the building by the stairs. Do not use the lift, and meet at the fountain.',
    'Where do we meet when we leave the building in a fire?'
  ),
  row(
    'Plants in the office get water on the first day of the week. Do not pour coffee into the plants.',
    'Who is watering a plant?',
    true
  ),
  row(
    'Coffee beans are roasted in Naples. The company has a coffee machine on each floor.',
    'Where are the beans for the coffee machine roasted?'
  ),
  row(
    'Parents may take twelve months of leave. Tell your manager two months before the birth.',
    'How many months of leave may parents take?'
  ),
  row(
    'The company pays for one language course a year. Courses in the evening count as free time.',
    'Does a firm get paying for courses in languages?'
  ),
  row(
    'Applicants are interviewed twice by the company. The decision is made on the last day of the month.',
    'Applying for a job: how many interviews, and what does it decide?',
    true
  ),
  row(
    'Contracts are signed by two directors. The signed contract is kept in the archive for ten years.',
    'Who is signing a contractual agreement, and is it archived?',
    true
  ),
  row(
    'Customers write reviews after delivery. Reviews with insults are deleted by the moderators.',
    'Does someone moderate an insulting review?',
    true
  ),
  row(
    'The newsletter is sent on the first Tuesday of the month. Readers unsubscribe with the link at its end.',
    'How does a reader get unsubscribed from newsletters?',
    true
  ),
  row(
    'Bread is baked in our own bakery at four in the morning. Shops receive their order before seven.',
    'When is the baker baking loaves of breads for a shop?',
    true
  ),
  row(
    'The delivery van of the company is charged at night. A full battery lasts for 300 kilometres.',
    'How many kilometres does the battery of the van last?'
  ),
  row(
    'Damaged goods are photographed on the day of their return to the supplier. The supplier replaces them.',
    'What do suppliers replace, and do I send photographs of the damage?',
    true
  ),
  row(
    'Discounts for students are 15 percent. A student shows a card of the university before the order is paid.',
    'What discount does a student get?'
  ),
  row(
    'The warehouse counts its stock in January. On these days no order leaves the warehouse.',
    'In which month does the warehouse count its stock?'
  ),
  row(
    'Windows of the office are cleaned in spring and in autumn. Cleaners need empty desks: leave nothing on the floor.',
    'When is a cleaner cleaning the window?',
    true
  ),
  row(
    'The heating is set to 20 degrees. In cold months, bring a jumper, or ask the caretaker for a radiator.',
    'To how many degrees is the heating set?'
  ),
  row(
    'Lost keys are reported to the caretaker by day and by night. A new lock costs 90 euros.',
    'Whom do I tell about lost keys, and what does a lock cost?'
  ),
  row(
    'Data of customers is erased after six years. The officer for privacy answers requests for data.',
    'After how many years is the data of customers erased?'
  ),
  row(
    'Software is installed by the help desk alone. Licences are renewed in December, for one year.',
    'Installing a licensed program: who installs it, and when is its renewal?',
    true
  ),
  row(
    'Phones of the company may be used in all of Europe. A new phone is ordered after three years.',
    'Where in Europe may I use the phone of the company?'
  ),
  row(
    'The annual report appears in May. Shareholders receive a printed copy by post.',
    'In what month does the annual report appear?'
  ),
  row(
    'Dividends are paid in June, four weeks after the assembly. Shareholders vote on the dividend.',
    'When is the dividend for shareholders paid?'
  ),
  row(
    'Pallets in the warehouse are stacked three high at most. Drivers of forklifts take a helmet every day.',
    'Does a driver with a forklift wear helmets when stacking a pallet?',
    true
  ),
  row(
    'Milk is stored at four degrees. Thermometers in the cold room send an alarm above six degrees.',
    'At how many degrees is milk stored in the cold room?'
  ),
  row(
    'Allergens are printed in colour on every label. Customers find nuts, gluten and eggs in bold type.',
    'Is an allergen such as a nut or an egg on labels?',
    true
  ),
  row(
    'Trainees change their department every six months. Each department has a mentor for trainees.',
    'How often do trainees change the department?'
  ),
  row(
    'Overtime is balanced with free hours within three months, or paid with the salary. Overtime on Sundays counts double.',
    'Does overtime on Sundays count double?'
  ),
  row(
    'The summer party of the company is in the garden, on the first day of July. Families are invited.',
    'Do you invite my family to a gardening event?',
    true
  ),
  row(
    'Complaints are answered within two days. Write them to the help desk, with a photograph.',
    'How soon does someone answer complaining people?',
    true
  ),
  row(
    'Prices change on Thursdays at midnight. The till loads the new prices by itself.',
    'On which day do the prices in the till change?'
  ),
  row(
    'Recycling: glass, paper and batteries have a container on each floor, and one behind the warehouse. Old lamps go to the caretaker.',
    'Which container can I recycle batteries and glass in?'
  ),
  row(
    'The archive keeps letters of the founders. Historians may visit the archive in the first month of a year.',
    'May a historian visit and read a letter of the founder?'
  )
]
